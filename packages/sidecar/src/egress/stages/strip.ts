import { type EgressRequest, type EgressRoute, stripQueryCredentials, stripRequestHeaders } from "@bot-bottle/core";
import type { HeaderPairs } from "../client-request.ts";

/** What of a request may go on to this route's upstream. */
export interface Stripped {
  readonly target: string;
  readonly headers: HeaderPairs;
}

/** Fifth stage: takes off every credential that the agent sent, and whatever would make servers see another request. */
export function strip({ method, target, headers }: EgressRequest, route: EgressRoute): Stripped {
  return { target: stripQueryCredentials(route, method, target), headers: stripRequestHeaders(route, headers) };
}

const NEVER_A_TRAILER = new Set(["host", "content-length", "content-type", "content-encoding", "trailer", "expect"]);

/** The same for fields behind the body; none of them may frame, route or authenticate. */
export function stripTrailers(trailers: HeaderPairs, route: EgressRoute): HeaderPairs {
  const { auth } = route;
  return stripRequestHeaders(route, trailers).filter(
    ([name]) => !NEVER_A_TRAILER.has(name.replaceAll("_", "-")) && name !== auth?.header && name !== "te",
  );
}
