import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { Secret } from "./secret.ts";

/** What a header cannot hold, and what tells of a binary or a doubly encoded file. */
// eslint-disable-next-line no-control-regex -- the point of this expression
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * A secret from text of a file, a variable or a human; one line end at its end is not a part of it.
 * @param name the reference, for errors; never the value
 * @throws BotBottleError `BB_SECRET_UNAVAILABLE` for what cannot be a credential
 */
export function secretFromText(text: string, name: string): Secret {
  const value = text.replace(/\r?\n$/, "");
  const refuse = (what: string, hint: string): BotBottleError =>
    new BotBottleError("BB_SECRET_UNAVAILABLE", `The secret "${name}" ${what}.`, { hint });
  if (value.trim() === "") throw refuse("is empty", "Put the value there and start again.");
  if (/[\r\n]/.test(value)) throw refuse("has more than one line", "Keep only the value itself, on one line.");
  if (CONTROL.test(value)) throw refuse("holds control characters", "Keep only the value itself, as plain text.");
  return new Secret(value);
}
