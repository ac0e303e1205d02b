import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

type ObjectType = "blob" | "tree" | "commit";

const PERSON = "agent <agent@example.com> 1700000000 +0000";

/** One entry of a tree as it is stored. */
export function treeEntry(mode: string, name: string, id: string): Buffer {
  return Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]);
}

/** Makes objects that git itself would refuse to make, and bundles of them with any header. */
export class BundleMaker {
  readonly #gitDir: string;

  /** @param gitDir a bare repository, made by this */
  constructor(gitDir: string) {
    this.#gitDir = gitDir;
    mkdirSync(gitDir, { recursive: true });
    this.#git(["init", "--quiet", "--bare", "."]);
  }

  object(type: ObjectType, content: string | Buffer): string {
    return this.#git(["hash-object", "-w", "--literally", "--stdin", "-t", type], content).toString().trim();
  }

  /** A tree of these raw entries, which must be in the order of their names. */
  tree(...entries: readonly Buffer[]): string {
    return this.object("tree", Buffer.concat(entries));
  }

  commit(tree: string, parents: readonly string[] = [], person = PERSON): string {
    const parentLines = parents.map((parent) => `parent ${parent}\n`).join("");
    return this.object("commit", `tree ${tree}\n${parentLines}author ${person}\ncommitter ${PERSON}\n\nby the agent\n`);
  }

  /** Writes a bundle of exactly these objects. @param lines of the header after its signature, each with its line end */
  write(file: string, lines: string, objects: readonly string[], signature = "# v2 git bundle\n"): void {
    const pack = this.#git(["pack-objects", "--stdout", "-q"], objects.map((id) => `${id}\n`).join(""));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.concat([Buffer.from(`${signature}${lines}\n`), pack]));
  }

  #git(args: readonly string[], input: string | Buffer = ""): Buffer {
    return execFileSync("git", args, {
      cwd: this.#gitDir,
      input,
      maxBuffer: 1 << 28,
      stdio: ["pipe", "pipe", "ignore"],
    });
  }
}
