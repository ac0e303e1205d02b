import type { Stats } from "node:fs";

const OTHERS = 0o077;

/** Why a file is no place for a credential: others may read or write it, or it is neither the user's own nor root's. */
export function privacyProblem({ mode, uid }: Pick<Stats, "mode" | "uid">): "open" | "foreign" | undefined {
  if ((mode & OTHERS) !== 0) return "open";
  return [process.getuid?.() ?? uid, 0].includes(uid) ? undefined : "foreign";
}
