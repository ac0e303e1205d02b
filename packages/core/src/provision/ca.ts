import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { GUEST_CA_BUNDLE, GUEST_CA_FILE } from "./guest-environment.ts";
import { runStep } from "./run-step.ts";

/** System bundles of Debian and Alpine, Fedora, SUSE. */
const BUNDLES = [GUEST_CA_BUNDLE, "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem"];

/**
 * Adds the authority to the system bundles by hand: update-ca-certificates rebuilds everything and takes longer than the
 * rest of a launch. The file stays where a later update-ca-certificates finds it. Without a bundle one is made of this
 * authority alone, because no connection of a bottle shows another one. Root may lack the capability to write where the
 * mode does not let it.
 */
const SCRIPT = `set -eu
file=$1 main=$2
shift
mkdir -p "$(dirname "$file")" "$(dirname "$main")"
cat >"$file"
chmod 644 "$file"
for bundle do
  [ -f "$bundle" ] || continue
  [ -w "$bundle" ] || chmod u+w "$bundle"
  { echo; cat "$file"; } >>"$bundle"
done
[ -f "$main" ] || cp "$file" "$main"
`;

/** Makes the guest trust the bottle's authority; the one step that runs as root. */
export async function provisionCa(_plan: BottlePlan, bottle: Bottle): Promise<void> {
  await runStep(bottle, "Trusting the bottle's certificate authority", {
    argv: ["/bin/sh", "-c", SCRIPT, "sh", GUEST_CA_FILE, ...BUNDLES],
    user: "root",
    stdin: bottle.sidecar.caCertificate,
  });
}
