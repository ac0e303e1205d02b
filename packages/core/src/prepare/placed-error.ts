import { BotBottleError } from "../errors/bot-bottle-error.ts";

const PLACE = /:\d+:\d+$|\.md$/;

/**
 * A coded error with the place in the manifest before its sentence; anything else as it is.
 * @param from file, or `file:line:column`, of what was asked for; other words, such as `default`, are no place
 */
export function placedError(error: unknown, from: string): unknown {
  if (!BotBottleError.is(error) || !PLACE.test(from) || error.message.startsWith(from)) return error;
  const { code, message, hint, cause } = error;
  return new BotBottleError(code, `${from}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`, { hint, cause });
}
