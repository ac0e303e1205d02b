import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { discover } from "../../../src/manifest/discover.ts";
import { makeHome, type TestHome } from "./support/home.ts";

function names({ home, cwd }: TestHome): { agents: string[]; bottles: string[]; warnings: string[] } {
  const { agents, bottles, warnings } = discover(home, cwd);
  const list = (files: typeof agents): string[] =>
    [...files.values()].map(({ name, origin }) => `${name} ${origin}`).sort();
  return { agents: list(agents), bottles: list(bottles), warnings: [...warnings] };
}

describe("discover", () => {
  it("finds nothing where there is nothing", () => {
    expect(names(makeHome())).toEqual({ agents: [], bottles: [], warnings: [] });
  });

  it("finds home and repository agents by name; the home's wins", () => {
    const files = makeHome({
      "agents/me.md": "",
      "agents/both.md": "",
      "bottles/dev.md": "",
      "repo/.bot-bottle/agents/both.md": "",
      "repo/.bot-bottle/agents/ci.md": "",
    });
    expect(names(files)).toEqual({
      agents: ["both home", "ci repository", "me home"],
      bottles: ["dev home"],
      warnings: [],
    });
  });

  it("ignores a repository's bottles with a warning", () => {
    const files = makeHome({ "repo/.bot-bottle/bottles/strong.md": "" });
    expect(names(files)).toEqual({
      agents: [],
      bottles: [],
      warnings: [`${files.cwd}/.bot-bottle/bottles is ignored: a repository may ship agents, never bottles`],
    });
  });

  it("ignores names that are not names, and says so", () => {
    const files = makeHome({
      "agents/Me.md": "",
      "agents/README.md": "",
      "agents/notes.txt": "",
      "agents/.md": "",
      "agents/1.md": "",
    });
    const { agents, warnings } = names(files);
    expect(agents).toEqual([]);
    expect(warnings.map((warning) => warning.replace(/^.*agents\//, ""))).toEqual(
      [".md", "1.md", "Me.md"].map(
        (name) => `${name} is ignored: a name is lower-case letters, digits and "-", a letter first`,
      ),
    );
  });

  it("escapes hostile names and bounds what it says and reads", () => {
    const files = makeHome();
    const folder = join(files.cwd, ".bot-bottle/agents");
    mkdirSync(folder, { recursive: true });
    for (let index = 0; index < 5000; index++) writeFileSync(join(folder, `${index}\u001b[2J.md`), "");
    const { warnings } = names(files);
    expect(warnings).toHaveLength(6);
    expect(warnings.join("")).not.toContain("\u001b");
    expect(warnings.at(-1)).toMatch(/holds 4091 more files that are ignored$/);
  });

  it("looks at names only: what stands behind one is not touched", () => {
    const files = makeHome({ "agents/a.md": "" });
    mkdirSync(join(files.home.agents, "dir.md"));
    spawnSync("mkfifo", [join(files.home.agents, "fifo.md")]);
    symlinkSync("/nowhere", join(files.home.agents, "link.md"));
    expect(names(files).agents).toEqual(["a home", "dir home", "fifo home", "link home"]);
  });

  it("ignores a repository's folder that is elsewhere", () => {
    const secret = makeHome({ "agents/secret.md": "" });
    const byFolder = makeHome();
    symlinkSync(secret.home.root, join(byFolder.cwd, ".bot-bottle"));
    const byAgents = makeHome({ "repo/.bot-bottle/x": "" });
    symlinkSync(secret.home.agents, join(byAgents.cwd, ".bot-bottle/agents"));
    for (const files of [byFolder, byAgents]) {
      expect(names(files)).toEqual({
        agents: [],
        bottles: [],
        warnings: [`${files.cwd}/.bot-bottle/agents is ignored: it is a link that leaves the repository`],
      });
    }
  });

  it("does not take the home for a repository when it is called from there", () => {
    const files = makeHome({ "agents/me.md": "", "bottles/dev.md": "" });
    expect(names({ ...files, cwd: files.userHome })).toEqual({
      agents: ["me home"],
      bottles: ["dev home"],
      warnings: [],
    });
  });

  it("refuses a home folder that is a file, and only warns of a repository's", () => {
    const broken = makeHome({ agents: "not a folder" });
    expect(() => names(broken)).toThrow(`${broken.home.agents}:1:1: cannot be listed (ENOTDIR)`);
    const repository = makeHome({ "agents/me.md": "", "repo/.bot-bottle/agents": "not a folder" });
    expect(names(repository).agents).toEqual(["me home"]);
    expect(names(repository).warnings.join()).toContain("cannot be listed (ENOTDIR)");
  });

  it("works in a folder that cannot be read", () => {
    const files = makeHome({ "agents/me.md": "" });
    chmodSync(files.cwd, 0o000);
    expect(names(files).agents).toEqual(["me home"]);
    expect(names({ ...files, cwd: join(files.cwd, "gone") }).agents).toEqual(["me home"]);
    chmodSync(files.cwd, 0o700);
  });
});
