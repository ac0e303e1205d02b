import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Slug } from "../bottle/slug.ts";

/** Layout of `~/.bot-bottle`. Folders are 0700, files 0600. */
export interface HomePaths {
  readonly root: string;
  readonly bottles: string;
  readonly agents: string;
  readonly skills: string;
  readonly contrib: string;
  readonly config: string;
  /** random id of this installation, the `owner` label */
  readonly owner: string;
  readonly stateRoot: string;
  readonly auditRoot: string;
  state(slug: Slug): string;
  audit(slug: Slug): string;
  /** nonce and last head of an audit trail, apart from it */
  auditSeal(slug: Slug): string;
}

export function homePaths(root: string): HomePaths {
  return {
    root,
    bottles: join(root, "bottles"),
    agents: join(root, "agents"),
    skills: join(root, "skills"),
    contrib: join(root, "contrib"),
    config: join(root, "config.yml"),
    owner: join(root, "owner"),
    stateRoot: join(root, "state"),
    auditRoot: join(root, "audit"),
    state: (slug) => join(root, "state", slug),
    audit: (slug) => join(root, "audit", `${slug}.jsonl`),
    auditSeal: (slug) => join(root, "audit", `${slug}.seal.json`),
  };
}

/** `BOT_BOTTLE_HOME`, else `~/.bot-bottle`; always absolute. */
export function resolveHome(env: NodeJS.ProcessEnv): HomePaths {
  const { BOT_BOTTLE_HOME: override = "", HOME: userHome = "" } = env;
  if (override !== "") return homePaths(resolve(override));
  return homePaths(resolve(userHome === "" ? homedir() : userHome, ".bot-bottle"));
}
