import { type BottleBackend, BotBottleError } from "@bot-bottle/core";
import type { Config } from "@bot-bottle/core/manifest";
import type { BackendRegistry } from "@bot-bottle/core/plugins";

interface Choice {
  readonly flag: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly config: Config;
  readonly backends: BackendRegistry;
  /** needs no engine: the first backend will do when none was named */
  readonly dryRun?: boolean;
}

/**
 * Flag, else `BOT_BOTTLE_BACKEND`, else config.yml, else the first backend whose runtime answers.
 * @throws BotBottleError `BB_BACKEND_UNKNOWN`, `BB_ENGINE_UNAVAILABLE`
 */
export async function chooseBackend({ flag, env, config, backends, dryRun }: Choice): Promise<BottleBackend> {
  const fromEnv = env["BOT_BOTTLE_BACKEND"];
  const named = flag ?? (fromEnv === "" ? undefined : fromEnv) ?? config.defaultBackend;
  if (named !== undefined) return await backends.get(named);
  for (const name of backends.names) {
    const backend = await backends.get(name);
    if (dryRun === true || (await backend.isAvailable())) return backend;
  }
  throw new BotBottleError("BB_ENGINE_UNAVAILABLE", "No container engine answers on this machine.", {
    hint: "Start Docker (or set DOCKER_HOST), then run `bot-bottle doctor`.",
  });
}
