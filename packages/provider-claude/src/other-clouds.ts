import { BotBottleError, type BottleSpec, type EnvValue, refuseGuestCredentials } from "@bot-bottle/core";
import { AUTH_KIND_NAMES, AUTH_KINDS } from "./auth-kinds.ts";

/** Variables that make the program leave api.anthropic.com; their requests are signed where the credential is. */
const CLOUD_VARIABLES = [
  "CLAUDE_CODE_USE_BEDROCK",
  "CLAUDE_CODE_USE_VERTEX",
  "CLAUDE_CODE_USE_FOUNDRY",
  "CLAUDE_CODE_USE_MANTLE",
  "CLAUDE_CODE_USE_ANTHROPIC_AWS",
  "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
  "CLAUDE_CODE_USE_GATEWAY",
];
/** Variables that would carry a credential into the bottle. */
const CREDENTIAL_VARIABLES = [
  ...AUTH_KIND_NAMES.map((kind) => AUTH_KINDS[kind].variable),
  "ANTHROPIC_AUTH_TOKEN",
  "CLAUDE_CODE_OAUTH_REFRESH_TOKEN",
];
const OFF = ["", "0", "false", "no", "off"];

function isOn(value: EnvValue): boolean {
  return value.kind !== "literal" || !OFF.includes(value.value.toLowerCase());
}

/** @param what the thing that asks for the other cloud */
export function unsupportedCloud(from: string, what: string): BotBottleError {
  return new BotBottleError(
    "BB_CREDENTIALS_UNSUPPORTED",
    `${from}: ${what} asks for another cloud; only Anthropic's own API is supported.`,
    {
      hint: "Use a token of `claude setup-token` or an API key. Amazon Bedrock and Google Vertex sign inside the agent.",
    },
  );
}

/**
 * Refuses environment of the bottle that moves the program to another cloud or puts a credential where the agent sees it.
 * @throws BotBottleError `BB_CREDENTIALS_UNSUPPORTED`
 */
export function checkBottleEnv(spec: BottleSpec): void {
  for (const [name, value] of Object.entries(spec.env)) {
    if (CLOUD_VARIABLES.includes(name) && isOn(value)) throw unsupportedCloud(value.from, `the variable ${name}`);
  }
  refuseGuestCredentials(spec, CREDENTIAL_VARIABLES);
}

/** The first variable of another cloud that the host has on, by name; its value is not looked at. */
export function hostCloudVariable(hasHostEnv: (name: string) => boolean): string | undefined {
  return CLOUD_VARIABLES.find(hasHostEnv);
}
