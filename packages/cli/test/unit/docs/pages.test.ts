import { readdirSync, readFileSync, existsSync } from "node:fs";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { homePaths } from "@bot-bottle/core";
import { loadConfig, loadManifest } from "@bot-bottle/core/manifest";
import { describe, expect, it } from "@jest/globals";
import { parseCommandLine } from "../../../src/args/parse.ts";
import { COMMANDS } from "../../../src/command-table.ts";

const root = join(import.meta.dirname, "../../../../..");
const inFolder = (folder: string): string[] =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(root, folder, name));
const packages = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name, "README.md"));
const pages = [...inFolder("."), ...inFolder("docs"), ...inFolder("docs/decisions"), ...packages];
const named = pages.map((page) => [relative(root, page), readFileSync(page, "utf8")] as const);

/** Code of a page in one language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, tag, code = ""]) =>
    tag === language ? [code] : [],
  );
}

/** Words of every call of the command in shell code, as a shell without expansions would split them. */
function calls(code: string): string[][] {
  return code.split("\n").flatMap((line) => {
    const match = /^\s*(?:npx @bot-bottle\/cli|bot-bottle) ([^#]*)/.exec(line);
    const words = [...(match?.[1] ?? "").matchAll(/"([^"]*)"|(\S+)/g)];
    return match === null ? [] : [words.map(([, quoted, plain = ""]) => quoted ?? plain)];
  });
}

function isRight([name, ...argv]: readonly string[]): boolean {
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) return false;
  try {
    parseCommandLine(command, argv);
    return true;
  } catch {
    return false;
  }
}

describe("the documentation", () => {
  it.each(named)("%s links to what is there", (page, text) => {
    const targets = [...text.matchAll(/\]\(([^)#\s]+)/g)].flatMap(([, target = ""]) =>
      target.includes(":") ? [] : [target],
    );
    expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it.each(named)("%s shows commands as they are", (_page, text) => {
    const wrong = blocks(text, "sh")
      .flatMap(calls)
      .filter((call) => !isRight(call));
    expect(wrong).toEqual([]);
  });

  it("README.md shows a bottle that loads", async () => {
    const [bottle = ""] = blocks(readFileSync(join(root, "README.md"), "utf8"), "markdown");
    const folder = await mkdtemp(join(tmpdir(), "bb-readme-"));
    try {
      const home = homePaths(folder);
      await mkdir(home.bottles);
      await mkdir(home.agents);
      await writeFile(join(home.bottles, "dev.md"), bottle);
      await writeFile(join(home.agents, "dev.md"), "---\nbottle: dev\n---\nYou help.\n");
      const manifest = loadManifest({ home, cwd: folder, userHome: folder, config: await loadConfig(home) });
      const { spec, warnings } = await manifest.resolve({ agent: "dev" });
      expect(warnings).toEqual([]);
      expect(spec.egress.routes.map(({ host }) => host)).toEqual(["registry.npmjs.org"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
