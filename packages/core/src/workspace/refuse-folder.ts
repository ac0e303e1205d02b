import { realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname } from "node:path";
import { errorCode } from "../errors/to-error.ts";
import { isInside } from "../process/resolve-tool.ts";
import { workspaceError } from "./workspace-error.ts";

const GO_TO_PROJECT = "Go to the folder of one project and start from there.";

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * The real path of a folder that may become a workspace.
 * @throws BotBottleError `BB_WORKSPACE` for the home directory and everything above it, the inside of a `.git` folder, a
 *   bare repository, and what is no folder
 */
export async function acceptFolder(dir: string): Promise<string> {
  let real: string;
  try {
    real = await realpath(dir);
    if (!(await stat(real)).isDirectory()) throw workspaceError(dir, "is no folder", GO_TO_PROJECT);
  } catch (error) {
    const code = errorCode(error);
    if (code === "BB_WORKSPACE") throw error;
    throw workspaceError(dir, `cannot be opened (${code ?? "error"})`, GO_TO_PROJECT, error);
  }
  const home = await realpath(homedir()).catch(() => homedir());
  if (isInside(home, real)) throw workspaceError(real, "is your home directory, or holds it", GO_TO_PROJECT);
  for (let folder = real; folder !== dirname(folder); folder = dirname(folder)) {
    if (basename(folder) === ".git") throw workspaceError(real, "lies inside a .git folder", GO_TO_PROJECT);
  }
  const isBare = (await Promise.all(["HEAD", "objects", "refs"].map((name) => exists(`${real}/${name}`)))).every(
    Boolean,
  );
  if (isBare) {
    throw workspaceError(real, "is a git repository without a working tree", "Clone it and start from the clone.");
  }
  return real;
}
