import type { BottleBackend } from "@bot-bottle/core";
import type { Config } from "@bot-bottle/core/manifest";
import type { BackendRegistry } from "@bot-bottle/core/plugins";
import type { CommandContext } from "../command.ts";
import { stateHost } from "./active.ts";
import { noBackend } from "./no-backend.ts";

interface Choice {
  readonly flag: string | undefined;
  readonly config: Config;
  readonly backends: BackendRegistry;
  /** needs no engine: the first backend will do when none was named */
  readonly dryRun?: boolean;
}

/**
 * Flag, else `BOT_BOTTLE_BACKEND`, else config.yml, else the first backend whose runtime answers.
 * @throws BotBottleError `BB_BACKEND_UNKNOWN`; when none answers, what the backend says about that
 */
export async function chooseBackend(
  context: CommandContext,
  { flag, config, backends, dryRun }: Choice,
): Promise<BottleBackend> {
  const fromEnv = context.env["BOT_BOTTLE_BACKEND"];
  const named = flag ?? (fromEnv === "" ? undefined : fromEnv) ?? config.defaultBackend;
  if (named !== undefined) return await backends.get(named);
  const silent: BottleBackend[] = [];
  for (const name of backends.names) {
    const backend = await backends.get(name);
    if (dryRun === true || (await backend.isAvailable())) return backend;
    silent.push(backend);
  }
  throw await noBackend(silent, await stateHost(context));
}
