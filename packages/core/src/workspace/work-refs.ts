/** Refs of a work bundle besides the agent's branches. */
export const WORK_REFS = {
  /** the workspace as it was copied in */
  base: "refs/bot-bottle/base",
  /** commit that was checked out at the end */
  head: "refs/bot-bottle/head",
  /** uncommitted changes, as one commit */
  work: "refs/bot-bottle/work",
  /** newest stash */
  stash: "refs/bot-bottle/stash",
} as const;
