import type { Bottle } from "../bottle/bottle.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import { runStep } from "./run-step.ts";

/** `git config` pairs: identity, and the git gate's mirror in place of each declared URL. */
function gitSettings(plan: BottlePlan): (readonly [key: string, value: string])[] {
  const { name, email } = plan.spec.gitIdentity;
  const gate = `${plan.gitGateInsteadOfScheme}://${plan.gitGateInsteadOfHost}`;
  return [
    ...(name === undefined ? [] : [["user.name", name.value] as const]),
    ...(email === undefined ? [] : [["user.email", email.value] as const]),
    ...plan.gitGatePlan.upstreams.map(
      (upstream) => [`url.${gate}/${upstream.name}.git.insteadOf`, upstream.url] as const,
    ),
  ];
}

const SCRIPT = `set -eu
while [ $# -gt 0 ]; do git config --global --replace-all "$1" "$2"; shift 2; done
`;

/** Sets the agent's git identity and redirects; nothing when there is none. */
export async function provisionGit(plan: BottlePlan, bottle: Bottle): Promise<void> {
  const settings = gitSettings(plan);
  if (settings.length === 0) return;
  await runStep(bottle, "Setting up git", {
    argv: ["/bin/sh", "-c", SCRIPT, "sh", ...settings.flat()],
    env: { GIT_CONFIG_GLOBAL: `${plan.guestHome}/.gitconfig` },
  });
}
