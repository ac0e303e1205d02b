import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { SecretRef } from "../secret/secret-ref.ts";
import { secretFromText } from "../secret/secret-text.ts";
import type { Secret } from "../secret/secret.ts";
import { privacyProblem } from "./private-file.ts";
import { readHostFile } from "./read-host-file.ts";
import { readVariable } from "./read-variable.ts";

const MAX_SECRET_BYTES = 64 * 1024;

function unavailable(message: string, hint: string, cause?: unknown): BotBottleError {
  return new BotBottleError("BB_SECRET_UNAVAILABLE", message, { hint, cause });
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unavailable(`The secret file "${path}" is not text.`, "Name a file with only the value.");
  }
}

/** A link is followed; what it leads to must be the user's own, or root's, and closed to everybody else. */
function readSecretFile(path: string): Secret {
  const file = readHostFile(path, MAX_SECRET_BYTES);
  if ("problem" in file) {
    throw unavailable(
      `The secret file "${path}" ${file.problem}.`,
      "Check the path, its owner and its mode.",
      file.cause,
    );
  }
  const problem = privacyProblem(file.info);
  if (problem === "open") {
    throw unavailable(`The secret file "${path}" is open to others.`, `Run: chmod 600 "${path}"`);
  }
  if (problem === "foreign") {
    throw unavailable(`The secret file "${path}" belongs to another user.`, "Make it your own.");
  }
  return secretFromText(decode(file.bytes, path), `file:${path}`);
}

function readSecretVariable(name: string, env: NodeJS.ProcessEnv): Secret {
  const value = readVariable(env, name);
  if (value !== undefined) return secretFromText(value, name);
  throw unavailable(`The environment variable ${name} is not set.`, `Set it and start again: export ${name}=…`);
}

/** Where references lead to on this machine. */
export interface SecretSources {
  readonly env: NodeJS.ProcessEnv;
  /** access token of a program's own login, by the name of its provider */
  readonly hostLogin: (name: string) => Secret;
}

/**
 * The value behind a reference when it can be read without asking a human.
 * @returns undefined for `prompt`
 * @throws BotBottleError `BB_SECRET_UNAVAILABLE`, naming the reference, never the value; what `hostLogin` throws
 */
export function peekSecret(ref: SecretRef, { env, hostLogin }: SecretSources): Secret | undefined {
  switch (ref.source) {
    case "prompt":
      return undefined;
    case "file":
      return readSecretFile(ref.name);
    case "env":
      return readSecretVariable(ref.name, env);
    case "host-login":
      return hostLogin(ref.name);
  }
}
