/** Ways to sign in that the program knows and a route can carry. */
export type AuthKind = "oauth" | "api-key";

interface AuthTraits {
  /** what a real token of this kind begins with */
  readonly prefix: string;
  /** the program's own variable: where a host keeps the token, and where the agent finds the placeholder */
  readonly variable: string;
  /** in place of the token; the program accepts it, no vendor pattern matches it, every launch has the same */
  readonly placeholder: string;
  readonly header: string;
  readonly scheme?: "Bearer";
  readonly title: string;
}

export const AUTH_KINDS: Readonly<Record<AuthKind, AuthTraits>> = {
  oauth: {
    prefix: "sk-ant-oat",
    variable: "CLAUDE_CODE_OAUTH_TOKEN",
    placeholder: "sk-ant-oat01-bot-bottle-placeholder",
    header: "authorization",
    scheme: "Bearer",
    title: "OAuth token",
  },
  "api-key": {
    prefix: "sk-ant-api",
    variable: "ANTHROPIC_API_KEY",
    placeholder: "sk-ant-api03-bot-bottle-placeholder",
    header: "x-api-key",
    title: "API key",
  },
};

/** In the order in which the host's variables are looked at. */
export const AUTH_KIND_NAMES = ["oauth", "api-key"] as const satisfies readonly AuthKind[];

export function isAuthKind(value: unknown): value is AuthKind {
  return AUTH_KIND_NAMES.some((name) => name === value);
}
