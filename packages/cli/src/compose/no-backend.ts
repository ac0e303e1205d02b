import { type BottleBackend, BotBottleError, type StateHost, toError } from "@bot-bottle/core";

/** @returns undefined when the backend works after all */
async function reasonOf(backend: BottleBackend, host: StateHost): Promise<Error | undefined> {
  try {
    await backend.listActive(host);
    return undefined;
  } catch (error) {
    return toError(error);
  }
}

/** Why none of the backends answers, in the words of the one that there is, or of each. */
export async function noBackend(backends: readonly BottleBackend[], host: StateHost): Promise<Error> {
  const reasons = await Promise.all(backends.map(async (backend) => await reasonOf(backend, host)));
  const [only] = reasons;
  if (reasons.length === 1 && BotBottleError.is(only)) return only;
  const lines = backends.map(
    ({ name }, index) => `${name}: ${reasons[index]?.message ?? "it did not answer at first"}`,
  );
  return new BotBottleError("BB_ENGINE_UNAVAILABLE", "No container engine answers on this machine.", {
    hint: [...lines, "Start Docker (or set DOCKER_HOST), then run `bot-bottle doctor`."].join("\n"),
  });
}
