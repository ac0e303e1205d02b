import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, relative, sep } from "node:path";
import { BotBottleError } from "../errors/bot-bottle-error.ts";

/** True for `folder` itself and everything below it; both absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function realOr(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * Folders of PATH that a program may be taken from: absolute ones that are no `node_modules/.bin` (npx and pnpm put a
 * repository's there) and do not lie in a folder of `outside`. A repository must not choose what runs.
 */
export async function safeSearchPath(path: string | undefined, outside: readonly string[]): Promise<readonly string[]> {
  const banned = (await Promise.all(outside.map(realOr))).filter((folder) => folder !== sep);
  const candidates = [...new Set((path ?? "").split(delimiter))].filter(
    (folder) => isAbsolute(folder) && !/[\\/]node_modules[\\/]\.bin[\\/]*$/.test(folder),
  );
  const real = await Promise.all(candidates.map(realOr));
  return candidates.filter((_, index) => !banned.some((folder) => isInside(real[index] ?? sep, folder)));
}

/**
 * Absolute path of a program. @param file bare name, or an absolute path that is taken as it is
 * @throws BotBottleError `BB_COMMAND` when no folder of `searchPath` has it
 */
export async function resolveTool(file: string, searchPath: readonly string[]): Promise<string> {
  const candidates = isAbsolute(file) ? [file] : searchPath.map((folder) => join(folder, file));
  if (isAbsolute(file) || !file.includes("/")) {
    for (const candidate of candidates) if (await isProgram(candidate)) return candidate;
  }
  throw new BotBottleError("BB_COMMAND", `The program "${file}" is not on this machine.`, {
    hint: `Install ${file}, or add its folder to PATH.`,
  });
}
