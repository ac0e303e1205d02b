import { unwatchFile, watchFile } from "node:fs";
import type { Secret } from "../secret/secret.ts";
import type { HostLogin } from "./host-login.ts";

/** Programs may replace the file as a whole, so that its path is looked at and not an open file. */
const POLL_MS = 1_000;
/** Others write it in place; what cannot be read is read once more before anybody hears of it. */
const SECOND_LOOK_MS = 500;

export interface LoginWatch {
  /** the login that is in use */
  readonly login: HostLogin;
  /** reads it again; a login that cannot be used throws */
  readonly read: () => HostLogin;
  readonly onToken: (token: Secret) => void;
  /** once each time that it becomes unusable */
  readonly onUnusable: (error: unknown) => void;
}

/** Tells when the program has renewed its login. The process may end while it watches. @returns ends it */
export function watchLogin({ login, read, onToken, onUnusable }: LoginWatch): () => void {
  let current = login.token.reveal();
  let isUsable = true;
  let secondLook: NodeJS.Timeout | undefined;

  const look = (onFailure: (error: unknown) => void): void => {
    clearTimeout(secondLook);
    let token: Secret;
    try {
      ({ token } = read());
    } catch (error) {
      onFailure(error);
      return;
    }
    isUsable = true;
    if (token.reveal() === current) return;
    current = token.reveal();
    onToken(token);
  };
  const onChange = (): void => {
    look(() => {
      secondLook = setTimeout(look, SECOND_LOOK_MS, (error: unknown) => {
        if (isUsable) onUnusable(error);
        isUsable = false;
      }).unref();
    });
  };
  watchFile(login.path, { interval: POLL_MS, persistent: false }, onChange);
  onChange(); // what changed since the login was read
  return () => {
    clearTimeout(secondLook);
    unwatchFile(login.path, onChange);
  };
}
