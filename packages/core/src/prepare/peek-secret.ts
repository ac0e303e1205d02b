import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode } from "../errors/to-error.ts";
import type { SecretRef } from "../secret/secret-ref.ts";
import { Secret } from "../secret/secret.ts";

const MAX_SECRET_BYTES = 64 * 1024;

function unavailable(message: string, hint: string, cause?: unknown): BotBottleError {
  return new BotBottleError("BB_SECRET_UNAVAILABLE", message, { hint, cause });
}

/** The value as one line: files end in a line feed, variables sometimes do. A header cannot hold more than a line. */
function secretOf(text: string, name: string): Secret {
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw unavailable(`The secret "${name}" is empty.`, "Put the value there and start again.");
  if (/[\r\n\0]/.test(value)) {
    throw unavailable(`The secret "${name}" has more than one line.`, "Keep only the value itself, on one line.");
  }
  return new Secret(value);
}

function readSecretFile(path: string): Secret {
  let fd: number;
  try {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unavailable(
      `The secret file "${path}" cannot be read (${errorCode(error) ?? "error"}).`,
      "Check the path and its owner.",
      error,
    );
  }
  try {
    const info = fstatSync(fd);
    if (!info.isFile()) throw unavailable(`The secret file "${path}" is not a regular file.`, "Name a file.");
    if ((info.mode & 0o077) !== 0) {
      throw unavailable(`The secret file "${path}" can be read by others.`, `Run: chmod 600 ${path}`);
    }
    const uid = process.getuid?.();
    if (uid !== undefined && info.uid !== uid && info.uid !== 0) {
      throw unavailable(`The secret file "${path}" belongs to another user.`, "Make it your own.");
    }
    if (info.size > MAX_SECRET_BYTES)
      throw unavailable(`The secret file "${path}" is larger than 64 KiB.`, "Name a file with only the value.");
    return secretOf(readFileSync(fd, "utf8"), `file:${path}`);
  } finally {
    closeSync(fd);
  }
}

/**
 * The value behind a reference when it can be read without asking a human.
 * @returns undefined for `prompt`
 * @throws BotBottleError `BB_SECRET_UNAVAILABLE`, naming the reference, never the value
 */
export function peekSecret(ref: SecretRef, env: NodeJS.ProcessEnv): Secret | undefined {
  switch (ref.source) {
    case "prompt":
      return undefined;
    case "file":
      return readSecretFile(ref.name);
    case "env": {
      const value = env[ref.name];
      if (value === undefined) {
        throw unavailable(
          `The environment variable ${ref.name} is not set.`,
          `Set it and start again: export ${ref.name}=…`,
        );
      }
      return secretOf(value, ref.name);
    }
    case "host-login":
      throw unavailable(`The host login "${ref.name}" cannot be used in this version.`, "Use a token instead.");
  }
}
