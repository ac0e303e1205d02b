import type { Slug } from "../bottle/slug.ts";
import type { BundleHeader } from "./bundle-header.ts";
import { isRefName } from "./ref-name.ts";
import { WORK_REFS } from "./work-refs.ts";

export type PulledKind = "commits" | "uncommitted" | "branch" | "stash";

/** A commit of the bundle and the branch that it becomes. */
export interface WantedBranch {
  readonly kind: PulledKind;
  /** without `refs/heads/` */
  readonly name: string;
  readonly commit: string;
  /** the agent's name for it; may hold anything that git allows */
  readonly source: string;
}

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;

/** Names that stay as they are below our prefix: plain letters, no two that differ in case or nest in each other. */
function keepsItsName(name: string, all: readonly string[]): boolean {
  const folded = name.toLowerCase();
  const clashes = all.filter((other) => {
    const foldedOther = other.toLowerCase();
    return foldedOther === folded || foldedOther.startsWith(`${folded}/`) || folded.startsWith(`${foldedOther}/`);
  });
  return PLAIN.test(name) && isRefName(`refs/heads/${name}`) && clashes.length === 1;
}

/**
 * Which branches a work bundle becomes: `bot-bottle/<slug>` for the commits of the branch that was checked out,
 * `bot-bottle/<slug>-uncommitted`, `bot-bottle/<slug>-stash`, and `bot-bottle/<slug>-branch/<name>` for each further
 * branch, numbered where its name is not plain. What says nothing new is left out.
 */
export function wantedBranches(header: BundleHeader, slug: Slug): readonly WantedBranch[] {
  const stem = `bot-bottle/${slug}`;
  const { refs } = header;
  const base = refs.get(WORK_REFS.base);
  const head = refs.get(WORK_REFS.head);
  const wanted: WantedBranch[] = [];
  if (head !== undefined && head !== base) wanted.push({ kind: "commits", name: stem, commit: head, source: "HEAD" });
  const own = [
    ["uncommitted", WORK_REFS.work],
    ["stash", WORK_REFS.stash],
  ] as const;
  for (const [kind, ref] of own) {
    const commit = refs.get(ref);
    if (commit !== undefined) wanted.push({ kind, name: `${stem}-${kind}`, commit, source: kind });
  }
  const others = [...refs].flatMap(([ref, commit]) =>
    ref.startsWith("refs/heads/") && commit !== head && commit !== base ? [{ name: ref.slice(11), commit }] : [],
  );
  const names = others.map(({ name }) => name);
  for (const [index, { name, commit }] of others.entries()) {
    const kept = keepsItsName(name, names) ? name : `unnamed/${index + 1}`;
    wanted.push({ kind: "branch", name: `${stem}-branch/${kept}`, commit, source: name });
  }
  return wanted;
}
