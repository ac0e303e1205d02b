import { BotBottleError, redactForDisplay } from "@bot-bottle/core";
import type { Engine } from "../client/engine.ts";
import { asking, clockHint, diskFullError, engineError, isDiskFull } from "../errors.ts";
import type { ContextEntry } from "./context.ts";
import { imageId } from "./image-id.ts";
import type { ProgressLines } from "./progress.ts";

const HINT_LINES = 15;
const BUILDER_CHATTER = /^( ---> |Removing intermediate container )/;

interface BuildEvent {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
  readonly aux?: { readonly ID?: string };
}

export interface JobEnd {
  /** what the job failed with; undefined when it went well */
  readonly failure: string | undefined;
  /** id of the image that was made */
  readonly imageId: string | undefined;
}

export interface BuildRequest {
  readonly tag: string;
  readonly entries: readonly ContextEntry[];
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** id of the network for RUN */
  readonly networkId: string;
}

/** The context as a tar; times and owners are all the same, so that the engine's cache does not see them. */
async function packContext(entries: readonly ContextEntry[]): Promise<NodeJS.ReadableStream> {
  const { pack } = await import("tar-stream");
  const tar = pack();
  const mtime = new Date(0);
  for (const { path, type, mode, bytes } of entries) {
    if (type === "symlink") tar.entry({ name: path, type, mode, mtime, linkname: bytes.toString() });
    else if (type === "directory") tar.entry({ name: `${path}/`, type, mode, mtime });
    else tar.entry({ name: path, type, mode, mtime }, bytes);
  }
  tar.finalize();
  return tar as unknown as NodeJS.ReadableStream; // a stream of another library
}

/**
 * Reads the engine's JSON lines to their end. A failed job ends its stream like a good one: only its last event tells.
 */
export async function followJob(stream: NodeJS.ReadableStream, lines: ProgressLines): Promise<JobEnd> {
  let failure: string | undefined;
  let imageId: string | undefined;
  let rest = "";
  const take = (line: string): void => {
    if (line.trim() === "") return;
    const event = JSON.parse(line) as BuildEvent;
    failure = event.errorDetail?.message ?? event.error ?? failure;
    imageId = event.aux?.ID ?? imageId;
    // The builder's own chatter about its layers says nothing to a user.
    if (event.stream !== undefined && !BUILDER_CHATTER.test(event.stream)) lines.write(event.stream);
    else if (event.status !== undefined) lines.write(`${event.status}\n`);
  };
  for await (const chunk of stream.setEncoding("utf8")) {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) take(part);
  }
  take(rest);
  return { failure, imageId };
}

function buildError(tag: string, failure: string, lines: ProgressLines): BotBottleError {
  const tail = lines.tail().slice(-HINT_LINES);
  if (isDiskFull([failure, ...tail].join("\n"))) return diskFullError(`build the image "${tag}"`, failure);
  const clock = clockHint([failure, ...tail].join("\n"));
  return new BotBottleError(
    "BB_IMAGE_BUILD",
    `The image "${tag}" could not be built: ${redactForDisplay(failure.trim())}`,
    {
      hint: [...tail.map((line) => `  ${line}`), ...(clock === undefined ? [] : [clock])].join("\n"),
    },
  );
}

/**
 * Builds one image with the engine's classic builder. It gets its tag at the end and only when nobody else has built it
 * in the meantime; then the other one is taken.
 * @throws BotBottleError `BB_IMAGE_BUILD` with the last lines of output as the hint; `BB_DISK_FULL`
 */
export async function buildImage(
  engine: Engine,
  request: BuildRequest,
  { lines, signal }: { readonly lines: ProgressLines; readonly signal: AbortSignal },
): Promise<void> {
  const { tag, dockerfile, buildArgs, labels, networkId } = request;
  const docker = await engine.docker();
  let end: JobEnd;
  try {
    const stream = await docker.buildImage(await packContext(request.entries), {
      dockerfile,
      buildargs: { ...buildArgs },
      labels: { ...labels },
      networkmode: networkId,
      rm: true,
      forcerm: true,
      version: "1",
      abortSignal: signal,
    });
    end = await followJob(stream, lines);
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error, `build the image "${tag}"`);
  }
  signal.throwIfAborted();
  if (end.failure !== undefined) throw buildError(tag, end.failure, lines);
  // A connection that broke off looks like a job that ended.
  if (end.imageId === undefined) throw buildError(tag, "the engine ended the build early", lines);
  const built = docker.getImage(end.imageId);
  if ((await imageId(engine, tag)) !== undefined) {
    await built.remove().catch(() => undefined); // of the same content: it is the other one, or without use
    return;
  }
  const [repo, version] = tag.split(":");
  await asking(`tag the image "${tag}"`, () => built.tag({ repo: repo ?? tag, tag: version ?? "latest" }));
}
