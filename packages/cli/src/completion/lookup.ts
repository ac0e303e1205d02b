import { listStates, resolveHome } from "@bot-bottle/core";
import { listNames } from "@bot-bottle/core/manifest";
import { BACKEND_NAMES } from "../compose/registries.ts";
import type { DynamicKind } from "./words.ts";

/** Names that complete a word. No engine is asked and no manifest is read: Tab must not wait. */
export async function lookupNames(kind: DynamicKind, env: NodeJS.ProcessEnv, cwd: string): Promise<readonly string[]> {
  const home = resolveHome(env);
  switch (kind) {
    case "agent":
      return listNames(home, cwd).agents;
    case "bottle":
      return listNames(home, cwd).bottles;
    case "slug":
      return await listStates(home);
    case "backend":
      return BACKEND_NAMES;
  }
}
