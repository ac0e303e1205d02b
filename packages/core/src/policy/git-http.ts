import { readPath } from "./path-readings.ts";

/** What a request is in git's smart HTTP protocol or in LFS; for `lfs-batch` the body decides, see `lfsOperation`. */
export type GitRequest = "fetch" | "push" | "lfs-upload" | "lfs-batch";

/** In order of danger: when readings of one target differ, the worst counts. */
const KINDS: readonly GitRequest[] = ["push", "lfs-upload", "lfs-batch", "fetch"];

const GIT_PATH = /\/(?:info\/refs|git-receive-pack|git-upload-pack|git-upload-archive)\/?$/;
const LFS_PATH = /\/(?:info\/lfs|gitlab-lfs|lfs\/objects)(?:\/|$)/;
const LFS_BATCH_PATH = /\/objects\/batch\/?$/;
/** Cheap test that nearly every path fails; every pattern above has one of these words. */
const MAY_BE_GIT = /info\/refs|git-|lfs|objects\/batch/i;

function decodeLoosely(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function namesReceivePack(query: string): boolean {
  const once = decodeLoosely(query);
  return [query, once, decodeLoosely(once)].some((reading) => reading.toLowerCase().includes("receive-pack"));
}

function classifyReading(method: string, path: string, query: string): GitRequest | undefined {
  const isRead = method === "GET" || method === "HEAD" || method === "OPTIONS";
  const lower = path.toLowerCase();
  if (GIT_PATH.test(lower)) {
    const isReceive = /git-receive-pack\/?$/.test(lower);
    const isRefs = /info\/refs\/?$/.test(lower);
    return isReceive || (isRefs && (namesReceivePack(query) || !isRead)) ? "push" : "fetch";
  }
  if (LFS_BATCH_PATH.test(lower) && !isRead) return "lfs-batch";
  if (LFS_PATH.test(lower)) return isRead ? "fetch" : "lfs-upload";
  return undefined;
}

/**
 * Classifies a request whose path was read. Push is `git-receive-pack` by POST or by `info/refs?service=`, and any
 * write to `info/refs`; `lfs-upload` is every write below an LFS path but the batch call (PUT of an object, verify,
 * locks). Letters count in either case, and one reading is enough.
 */
export function classifyGitReadings(
  method: string,
  readings: readonly string[],
  query: string,
): GitRequest | undefined {
  if (readings.length === 1 && !MAY_BE_GIT.test(readings[0] ?? "")) return undefined;
  const found = new Set(readings.map((path) => classifyReading(method, path, query)));
  return KINDS.find((kind) => found.has(kind));
}

/** Classifies an origin-form target; undefined for one that is not git's, or that no reading may be assumed of. */
export function classifyGit(method: string, target: string): GitRequest | undefined {
  const [path = "", ...query] = target.split("?");
  const read = readPath(path);
  return read.kind === "read" ? classifyGitReadings(method, read.readings, query.join("?")) : undefined;
}

const JSON_STRING = /"(?:[^"\\]|\\.)*"(?=(\s*:)?)/gs;

function countOperationKeys(text: string): number {
  let count = 0;
  for (const [token, colon] of text.matchAll(JSON_STRING)) {
    if (colon === undefined) continue;
    const key: unknown = JSON.parse(token);
    if (typeof key === "string" && key.toLowerCase() === "operation") count += 1;
  }
  return count;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Operation of an LFS batch request. Undefined unless the body is a JSON object that says it exactly once: servers
 * differ in which of two keys they believe, and in whether `Operation` is one. Only `download` may pass.
 */
export function lfsOperation(bodyText: string): "download" | "upload" | undefined {
  const body = parseJson(bodyText);
  if (typeof body !== "object" || body === null || !("operation" in body)) return undefined;
  if (countOperationKeys(bodyText) !== 1) return undefined;
  return body.operation === "download" || body.operation === "upload" ? body.operation : undefined;
}
