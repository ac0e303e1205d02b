import { type LoginFile, unusableLogin } from "./read-login-file.ts";

/** A token that ends while the bottle starts is of no use. */
const LEAST_LEFT_MS = 60_000;

/** @throws BotBottleError `BB_LOGIN_UNUSABLE` when the token has ended, or is about to; the program renews it when it is used */
export function checkLoginExpiry(file: LoginFile, expires: Date, now = new Date()): void {
  if (expires.getTime() - now.getTime() > LEAST_LEFT_MS) return;
  const hint = `Use ${file.program} once on this machine, which renews it, or run \`${file.loginCommand}\`; then start again.`;
  throw unusableLogin(file, `has expired (${expires.toISOString()})`, hint);
}
