import type { Secret } from "../secret/secret.ts";

/** Where a program's own login is looked for. */
export interface LoginHost {
  readonly userHome: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A program's own login on the user's machine, as far as a bottle may use it. */
export interface HostLogin {
  /** the access token; what could renew it never leaves the file */
  readonly token: Secret;
  /** absolute path of the file; it is watched while a bottle uses the login */
  readonly path: string;
  /** when the token ends; undefined when the file does not say */
  readonly expires: Date | undefined;
}
