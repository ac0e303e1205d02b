import type { Bottle } from "../bottle/bottle.ts";
import type { WallAttack } from "./attacks.ts";
import { GUEST_LIBRARY } from "./guest-library.ts";
import type { WallTargets } from "./targets.ts";

export interface AttackResult {
  readonly id: string;
  readonly title: string;
  /** how the attack got out; undefined when the wall held */
  readonly open: string | undefined;
}

/** Where an attack runs: a bottle, or the unguarded machine on which it is first shown to succeed. */
export type AttackGround = Pick<Bottle, "exec">;

const ATTACK_TIMEOUT_MS = 20_000;

/**
 * Runs one attack from inside. It waits at most a few seconds for an answer: silence is a wall that holds.
 * @throws Error when the attack itself could not run, which must never count as closed
 */
export async function runAttack(
  ground: AttackGround,
  attack: WallAttack,
  targets: WallTargets,
  user: "root" | "agent",
): Promise<AttackResult> {
  const source = `${GUEST_LIBRARY}
(async () => { ${attack.body} })().then(
  (open) => { process.stdout.write(JSON.stringify({ open: open ?? null })); process.exit(0); },
  (error) => { process.stderr.write(String(error && error.stack || error)); process.exit(1); },
);`;
  const { exitCode, stdout, stderr } = await ground.exec({
    argv: ["node", "-", JSON.stringify(targets)],
    user,
    stdin: source,
    timeoutMs: ATTACK_TIMEOUT_MS,
  });
  if (exitCode !== 0) throw new Error(`${attack.id} could not run: exit code ${exitCode}: ${stderr.slice(-500)}`);
  const { open } = JSON.parse(stdout) as { open: string | null };
  return { id: attack.id, title: attack.title, open: open ?? undefined };
}
