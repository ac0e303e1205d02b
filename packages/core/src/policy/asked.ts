import type { EgressRequest, Refusal } from "./decision.ts";
import { classifyGitReadings, type GitRequest } from "./git-http.ts";
import type { ReadablePath } from "./path-match.ts";
import { readPath } from "./path-readings.ts";
import { createRefusal } from "./refusal.ts";
import type { HeaderList, MatchInput } from "./request-match.ts";
import type { RequestMatch } from "./route.ts";
import { matchOf } from "./snippet.ts";

/** What the stages of a decision look at in the headers. */
export interface HeaderFacts {
  readonly isWebSocket: boolean;
  readonly hasMaxForwards: boolean;
  readonly isReceivePack: boolean;
}

/** A request whose path could be read. */
export interface Asked {
  readonly request: EgressRequest;
  /** in the spelling of policy */
  readonly host: string;
  readonly facts: HeaderFacts;
  readonly input: MatchInput;
  readonly git: GitRequest | undefined;
}

const METHOD = /^[A-Z][A-Z0-9-]{0,31}$/;
const NOT_SENT_IN_A_TARGET = /[^\x21-\x7e]|#/;
const WEBSOCKET = /(?:^|,)\s*websocket\s*(?:,|$)/i;

/** TRACE and TRACK reflect credentials, CONNECT opens a tunnel that nobody looks into. */
export const NEVER_METHODS: ReadonlySet<string> = new Set(["TRACE", "TRACK", "CONNECT"]);

/** True for a method name as the registry writes it (servers differ about lower case) that may go out. */
export function isForwardedMethod(method: string): boolean {
  return METHOD.test(method) && !NEVER_METHODS.has(method);
}

export function readHeaderFacts(headers: HeaderList): HeaderFacts {
  let [isWebSocket, hasMaxForwards, isReceivePack] = [false, false, false];
  for (const [name, value] of headers) {
    if (name === "upgrade") isWebSocket ||= WEBSOCKET.test(value);
    else if (name === "max-forwards") hasMaxForwards = true;
    else if (name === "content-type") isReceivePack ||= value.toLowerCase().includes("git-receive-pack");
  }
  return { isWebSocket, hasMaxForwards, isReceivePack };
}

/** The path of an origin-form target in all its readings. */
export function readTarget(target: string): ReadablePath | Refusal {
  if (!target.startsWith("/") || NOT_SENT_IN_A_TARGET.test(target)) {
    const reason = "The request target is not a path and a query of printable ASCII.";
    return createRefusal("invalid_request", { reason, hint: "Percent-encode every other character." });
  }
  const end = target.indexOf("?");
  const path = readPath(end < 0 ? target : target.slice(0, end));
  if (path.kind === "read") return path;
  const reason = `The path does not have one plain meaning: ${path.why}.`;
  return createRefusal("ambiguous_path", { reason, hint: "Write the path in its shortest plain form." });
}

export function readAsked(request: EgressRequest, host: string, facts: HeaderFacts, path: ReadablePath): Asked {
  const query = request.target.slice(path.raw.length + 1);
  const git = facts.isReceivePack ? "push" : classifyGitReadings(request.method, path.readings, query);
  return { request, host, facts, git, input: { method: request.method, path, headers: request.headers } };
}

/** The entries of `matches` that would let the request pass; for a git fetch those of both its requests. */
export function wantedMatches({ request, input, git }: Asked): readonly RequestMatch[] {
  const { raw } = input.path;
  const repository = /^(.*)\/(?:info\/refs|git-upload-pack)$/.exec(raw)?.[1];
  if (git !== "fetch" || repository === undefined) return [matchOf(request.method, raw)];
  return [matchOf("GET", `${repository}/info/refs`), matchOf("POST", `${repository}/git-upload-pack`)];
}
