import { AUTH_KINDS, type AuthKind } from "./auth-kinds.ts";

/** The program's documented switches: no telemetry, no updates, no plugins or questions of its own accord. */
const SWITCHES = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: "1",
  CLAUDE_CODE_DISABLE_FEEDBACK_SURVEY: "1",
  DISABLE_AUTOUPDATER: "1",
  DISABLE_ERROR_REPORTING: "1",
  DISABLE_TELEMETRY: "1",
};

/** Environment of every agent exec: the switches, and the placeholder where the program looks for its token. */
export function guestEnvironment(kind: AuthKind): Readonly<Record<string, string>> {
  const { variable, placeholder } = AUTH_KINDS[kind];
  return { ...SWITCHES, [variable]: placeholder };
}
