import {
  type AgentProvider,
  BotBottleError,
  type HostLogin,
  type LaunchHost,
  type LoginHost,
  type Secret,
  toError,
  watchLogin,
} from "@bot-bottle/core";

export interface HostLoginSecrets {
  /** access token of the provider's own login */
  readonly read: () => Secret;
  readonly watch: NonNullable<LaunchHost["watchSecret"]>;
}

/** The login of one provider's program: read when it is first needed, then followed. */
export function hostLoginSecrets(
  provider: AgentProvider,
  host: LoginHost,
  warn: (message: string) => void,
): HostLoginSecrets {
  let used: HostLogin | undefined;
  const read = (): HostLogin => provider.readHostLogin(host);
  return {
    read: () => {
      used = read();
      return used.token;
    },
    watch: (_ref, onToken) => {
      if (used === undefined) return () => undefined;
      const onUnusable = (error: unknown): void => {
        const hint = BotBottleError.is(error) && error.hint !== undefined ? ` ${error.hint}` : "";
        warn(`${toError(error).message} The bottle keeps the token that it has.${hint}`);
      };
      return watchLogin({ login: used, read, onToken, onUnusable });
    },
  };
}
