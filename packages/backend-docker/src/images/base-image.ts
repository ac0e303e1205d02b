import { BotBottleError, escapeForDisplay, redactForDisplay } from "@bot-bottle/core";
import type { Engine } from "../client/engine.ts";
import { clockHint, diskFullError, engineMessage, isDiskFull } from "../errors.ts";
import { followJob } from "./build.ts";
import { imageId } from "./image-id.ts";
import type { ProgressLines } from "./progress.ts";

/** A name without a tag means `latest`; the engine would fetch every tag. */
function withTag(name: string): string {
  return /[@:][^/]*$/.test(name) ? name : `${name}:latest`;
}

/**
 * Id of a base image, fetched when the engine does not have it.
 * @throws BotBottleError `BB_IMAGE_MISSING` when it cannot be fetched
 */
export async function ensureBaseImage(
  engine: Engine,
  name: string,
  { lines, signal }: { readonly lines: ProgressLines; readonly signal: AbortSignal },
): Promise<string> {
  const known = await imageId(engine, name);
  if (known !== undefined) return known;
  const docker = await engine.docker();
  let why: string | undefined;
  try {
    const stream = await docker.createImage({ fromImage: withTag(name), abortSignal: signal });
    why = (await followJob(stream, lines)).failure;
  } catch (error) {
    signal.throwIfAborted();
    why = engineMessage(error);
  }
  signal.throwIfAborted();
  if (why !== undefined && isDiskFull(why)) throw diskFullError(`fetch the image "${name}"`, why);
  const fetched = why === undefined ? await imageId(engine, name) : undefined;
  if (fetched !== undefined) return fetched;
  throw new BotBottleError(
    "BB_IMAGE_MISSING",
    `The base image "${escapeForDisplay(name)}" is not on the engine and cannot be fetched: ${redactForDisplay(why ?? "it did not arrive")}`,
    {
      hint:
        clockHint(why ?? "") ??
        `Try \`docker pull ${escapeForDisplay(name)}\`, or name another one as \`images.base\` in ~/.bot-bottle/config.yml.`,
    },
  );
}
