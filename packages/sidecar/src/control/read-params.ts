import type { EgressPolicy, SidecarConfiguration } from "@bot-bottle/core";
import { ControlError } from "./control-error.ts";

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const shaped =
  (shape: Shape): Check =>
  (value) =>
    isRecord(value) && Object.entries(shape).every(([key, check]) => check(value[key]));
const isTextMap: Check = (value) => isRecord(value) && Object.values(value).every(isText);

const isMatch = shaped({
  paths: listOf(shaped({ type: isText, value: isText })),
  methods: listOf(isText),
  headers: listOf(shaped({ name: isText, value: isText })),
});
const isAuth = shaped({
  scheme: optional(isText),
  header: isText,
  secret: shaped({ source: isText, name: isText }),
  placeholder: optional(isText),
  wildcard: isFlag,
});
const isRoute = shaped({
  id: isText,
  host: isText,
  port: (value) => isCount(value) && (value as number) > 0 && (value as number) < 65_536,
  scheme: (value) => value === "https" || value === "http",
  from: isText,
  provider: optional(isText),
  auth: optional(isAuth),
  agentCredentials: isFlag,
  matches: listOf(isMatch),
  git: shaped({ fetch: isFlag }),
  websocket: isFlag,
  allowPrivate: listOf(isText),
});
const isRule = shaped({
  provider: isText,
  kind: (value) => value === "refused" || value === "quiet",
  host: isText,
  matches: listOf(isMatch),
  reason: isText,
});
const POLICY: Shape = { routes: listOf(isRoute), providerRules: listOf(isRule) };
const CONFIGURATION: Shape = {
  slug: isText,
  generation: isCount,
  policy: shaped(POLICY),
  secrets: isTextMap,
  authority: shaped({ certificate: isText, privateKey: isText }),
  network: shaped({
    listenAddress: isText,
    internalSubnet: isText,
    hostAddresses: listOf(isText),
    gateways: listOf(isText),
    silentAddresses: listOf(isText),
  }),
  upstream: shaped({
    proxy: optional(shaped({ url: isText, authSecretKey: optional(isText) })),
    caCertificates: listOf(isText),
  }),
  audit: shaped({
    count: isCount,
    hash: (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
    restarted: isFlag,
    redactionKey: (value) => typeof value === "string" && /^(?:[0-9a-f]{2}){16,}$/.test(value),
  }),
  logLevel: (value) => value === 0 || value === 1 || value === 2,
};

/** Throws with the names of the fields that are not what they must be; never with their values. */
function check(params: unknown, shape: Shape): void {
  const wrong = isRecord(params)
    ? Object.keys(shape).filter((key) => !shape[key]?.(params[key]))
    : ["the parameters themselves"];
  if (wrong.length > 0)
    throw new ControlError("invalid_params", `These parameters are not valid: ${wrong.join(", ")}.`);
}

/** @throws ControlError `invalid_params` */
export function readConfiguration(params: unknown): SidecarConfiguration {
  check(params, CONFIGURATION);
  return params as SidecarConfiguration;
}

/** @throws ControlError `invalid_params` */
export function readPolicy(params: unknown): EgressPolicy {
  check(params, { policy: shaped(POLICY) });
  return (params as { policy: EgressPolicy }).policy;
}

/** @throws ControlError `invalid_params` */
export function readValues(params: unknown): Readonly<Record<string, string>> {
  check(params, { values: isTextMap });
  return (params as { values: Record<string, string> }).values;
}

/** @throws ControlError `invalid_params` */
export function readFromCount(params: unknown): number {
  check(params, { fromCount: isCount });
  return (params as { fromCount: number }).fromCount;
}
