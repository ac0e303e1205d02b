import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { GUEST_CA_BUNDLE, GUEST_CA_FILE } from "./guest-environment.ts";
import { runStep } from "./run-step.ts";

/**
 * Adds the authority to the system bundle by hand when the image has one: update-ca-certificates rebuilds everything and
 * takes longer than the rest of a launch. The file stays where a later update-ca-certificates finds it.
 */
const SCRIPT = `
set -eu
mkdir -p "$(dirname "$1")"
cat > "$1"
chmod 644 "$1"
if [ -f "$2" ]; then cat "$1" >> "$2"
elif command -v update-ca-certificates >/dev/null; then update-ca-certificates >/dev/null
elif command -v update-ca-trust >/dev/null; then cp "$1" /etc/pki/ca-trust/source/anchors/ && update-ca-trust
else mkdir -p "$(dirname "$2")" && cp "$1" "$2"
fi
`;

/** Makes the guest trust the bottle's authority; the one step that runs as root. */
export async function provisionCa(_plan: BottlePlan, bottle: Bottle): Promise<void> {
  await runStep(bottle, "Trusting the bottle's certificate authority", {
    argv: ["/bin/sh", "-c", SCRIPT, "sh", GUEST_CA_FILE, GUEST_CA_BUNDLE],
    user: "root",
    stdin: bottle.sidecar.caCertificate,
  });
}
