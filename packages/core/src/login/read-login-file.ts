import { BotBottleError } from "../errors/bot-bottle-error.ts";
import { errorCode } from "../errors/to-error.ts";
import { privacyProblem } from "../prepare/private-file.ts";
import { readHostFile } from "../prepare/read-host-file.ts";

const MAX_LOGIN_BYTES = 64 * 1024;

export interface LoginFile {
  /** absolute */
  readonly path: string;
  /** the program as people call it, e.g. `Codex` */
  readonly program: string;
  /** command that makes the file anew, e.g. `codex login` */
  readonly loginCommand: string;
}

/** A login that is there and cannot be used. @param problem completes "The login of Codex in "/path"" */
export function unusableLogin(
  { path, program, loginCommand }: LoginFile,
  problem: string,
  hint?: string,
): BotBottleError {
  return new BotBottleError("BB_LOGIN_UNUSABLE", `The login of ${program} in "${path}" ${problem}.`, {
    hint: hint ?? `Run \`${loginCommand}\`, then start again.`,
  });
}

/**
 * Reads the JSON file in which a program keeps its login. A file that others may read or could have put there is refused,
 * and so is a link, which could lead to one.
 * @throws BotBottleError `BB_CREDENTIALS_MISSING` when there is none, else `BB_LOGIN_UNUSABLE`; never with a value of it
 */
export function readLoginFile(file: LoginFile): Readonly<Record<string, unknown>> {
  const { path, program, loginCommand } = file;
  const read = readHostFile(path, MAX_LOGIN_BYTES, { followLink: false });
  if ("problem" in read) {
    if (errorCode(read.cause) === "ENOENT") {
      throw new BotBottleError(
        "BB_CREDENTIALS_MISSING",
        `${program} is not logged in on this machine: "${path}" is not there.`,
        {
          hint: `Run \`${loginCommand}\`, then start again; or name a token in agent_provider.auth_token.`,
        },
      );
    }
    const isLink = errorCode(read.cause) === "ELOOP";
    throw isLink
      ? unusableLogin(file, "is a link", "Replace the link with the file itself.")
      : unusableLogin(file, read.problem);
  }
  const problem = privacyProblem(read.info);
  if (problem === "open") throw unusableLogin(file, "is open to others", `Run: chmod 600 "${path}"`);
  if (problem === "foreign") {
    throw unusableLogin(file, "belongs to another user", "Log in as the user who starts the bottle.");
  }
  return parse(read.bytes, file);
}

function parse(bytes: Buffer, file: LoginFile): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw unusableLogin(file, "is not JSON"); // the parser's own words quote the file
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unusableLogin(file, "is not a JSON object");
}
