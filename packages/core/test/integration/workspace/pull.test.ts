import { describe, expect, it } from "@jest/globals";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changesOfWork, type PulledWork, pullWork } from "../../../src/workspace/pull.ts";
import { BundleMaker, treeEntry } from "./support/bundle-maker.ts";
import { HostFolder } from "./support/host-folder.ts";
import { SLUG } from "./support/local-bottle.ts";
import { RoundTrip } from "./support/round-trip.ts";

const BRANCH = "bot-bottle/sample-abcde";
const HEAD = "refs/bot-bottle/head";

/** A repository of the human and a maker of what a hostile bottle may send. */
class Scene extends HostFolder {
  readonly bundle = this.path("work.bundle");
  readonly maker = new BundleMaker(this.path("maker.git"));

  constructor() {
    super();
    this.repository();
  }

  async pull(repository = this.work): Promise<PulledWork> {
    return await pullWork({ bundle: this.bundle, repository, slug: SLUG });
  }

  /** A commit with one file. */
  file(path: string, content: string | Buffer = "x", mode = "100644"): { commit: string; objects: readonly string[] } {
    const objects: string[] = [this.maker.object("blob", content)];
    const [name = "", ...folders] = path.split("/").reverse();
    let tree = this.maker.tree(treeEntry(mode, name, objects[0] ?? ""));
    objects.push(tree);
    for (const folder of folders) objects.push((tree = this.maker.tree(treeEntry("40000", folder, tree))));
    const commit = this.maker.commit(tree);
    return { commit, objects: [...objects, commit] };
  }

  /** Branches, and names in the object folder that a transfer could leave behind. */
  left(): string {
    const objects = readdirSync(join(this.work, ".git/objects"));
    return [
      this.sh("git for-each-ref --format='%(refname)'"),
      ...objects.filter((name) => name.startsWith("tmp")),
    ].join("\n");
  }
}

async function expectRefused(scene: Scene, message: string): Promise<void> {
  await expect(scene.pull()).rejects.toMatchObject({
    code: "BB_WORKSPACE_PULL",
    message: expect.stringContaining(message),
  });
  expect(scene.left()).toBe("refs/heads/main");
}

describe("a bundle that git must not take", () => {
  it.each<[string, (scene: Scene) => { commit: string; objects: readonly string[] }]>([
    ["a file in .git", (scene) => scene.file(".git/hooks/post-checkout", "#!/bin/sh\n", "100755")],
    ["a file above the repository", (scene) => scene.file("../outside.txt")],
    [
      "a name with a slash",
      (scene) => {
        const blob = scene.maker.object("blob", "x");
        const tree = scene.maker.tree(treeEntry("100644", ".git/config", blob));
        const commit = scene.maker.commit(tree);
        return { commit, objects: [blob, tree, commit] };
      },
    ],
    ["a setuid file", (scene) => scene.file("tool", "x", "104755")],
    [
      "a commit without an author",
      (scene) => {
        const { objects } = scene.file("a");
        const commit = scene.maker.commit(objects[1] ?? "", [], "no one");
        return { commit, objects: [...objects.slice(0, 2), commit] };
      },
    ],
    [
      "a submodule that is an option",
      (scene) => scene.file(".gitmodules", '[submodule "x"]\n\tpath = -x\n\turl = --upload-pack=touch\n'),
    ],
    [
      "a submodule that escapes",
      (scene) => scene.file(".gitmodules", '[submodule "../../x"]\n\tpath = x\n\turl = https://x\n'),
    ],
    [
      "a missing file",
      (scene) => {
        const { commit, objects } = scene.file("a");
        return { commit, objects: objects.slice(1) };
      },
    ],
    [
      "a missing parent",
      (scene) => {
        const { objects } = scene.file("a");
        const commit = scene.maker.commit(objects[1] ?? "", ["1".repeat(40)]);
        return { commit, objects: [...objects.slice(0, 2), commit] };
      },
    ],
  ])("%s", async (_title, make) => {
    using scene = new Scene();
    const { commit, objects } = make(scene);
    scene.maker.write(scene.bundle, `${commit} ${HEAD}\n`, objects);
    await expectRefused(scene, "malformed or incomplete");
  });

  it.each<[string, string]>([
    ["climbs out of the branches", "refs/heads/../../x"],
    ["climbs out of the refs", "refs/heads/../../../outside"],
    ["holds an escape sequence", "refs/heads/\u001b]52;c;eA==\u0007"],
    ["ends with .lock", "refs/heads/main.lock"],
    ["is no ref", "main"],
  ])("a ref that %s", async (_title, name) => {
    using scene = new Scene();
    const { commit, objects } = scene.file("a");
    scene.maker.write(scene.bundle, `${commit} ${name}\n`, objects);
    await expectRefused(scene, "names a branch in a way that git does not allow");
  });

  it("one that is cut off", async () => {
    using scene = new Scene();
    const { commit, objects } = scene.file("a", "x".repeat(1000));
    scene.maker.write(scene.bundle, `${commit} ${HEAD}\n`, objects);
    truncateSync(scene.bundle, readFileSync(scene.bundle).length - 10);
    await expectRefused(scene, "malformed or incomplete");
  });

  it("one that says it is filtered, so that git would miss nothing", async () => {
    using scene = new Scene();
    const { commit, objects } = scene.file("a");
    scene.maker.write(scene.bundle, `@filter=blob:none\n${commit} ${HEAD}\n`, objects, "# v3 git bundle\n");
    await expectRefused(scene, "unknown capability");
  });

  it("one that builds on a folder of which the human has only half", async () => {
    using scene = new Scene();
    const half = scene.sh("printf '100644 blob %040d\\tmissing\\n' 7 | git mktree --missing");
    const commit = scene.maker.commit(half);
    scene.maker.write(scene.bundle, `${commit} ${HEAD}\n`, [commit]);
    await expectRefused(scene, "malformed or incomplete");
  });

  it("one that names a tree as a branch, or a commit that it does not hold", async () => {
    using scene = new Scene();
    const { objects } = scene.file("a");
    scene.maker.write(scene.bundle, `${objects[1] ?? ""} ${HEAD}\n`, objects);
    await expectRefused(scene, "names commits that it does not hold");
    scene.maker.write(scene.bundle, `${"2".repeat(40)} ${HEAD}\n`, objects);
    await expectRefused(scene, "names commits that it does not hold");
  });

  it("one whose tree would never end", async () => {
    using scene = new Scene();
    const objects = [scene.maker.object("blob", "bomb")];
    let [mode, below = ""] = ["100644", objects[0]];
    for (let level = 0; level < 10; level++) {
      const id = below;
      below = scene.maker.tree(...Array.from("abcdefghij", (name) => treeEntry(mode, name.repeat(40), id)));
      objects.push(below);
      mode = "40000";
    }
    const commit = scene.maker.commit(below);
    scene.maker.write(scene.bundle, `${commit} ${HEAD}\n`, [...objects, commit]);
    const started = Date.now();
    await expectRefused(scene, "more files than can be listed");
    expect(Date.now() - started).toBeLessThan(30_000);
  });
});

describe("pullWork", () => {
  it("takes only branches: not tags, HEAD or other refs of the bundle", async () => {
    using scene = new Scene();
    const { commit, objects } = scene.file("a");
    const names = [
      "HEAD",
      HEAD,
      "refs/tags/v1",
      "refs/remotes/origin/main",
      "refs/bot-bottle/other",
      "refs/stash",
      "refs/heads/x",
    ];
    scene.maker.write(scene.bundle, names.map((name) => `${commit} ${name}\n`).join(""), objects);
    await scene.pull();
    expect(scene.left()).toBe(`refs/heads/${BRANCH}\nrefs/heads/main`);
  });

  it("says what would change, and leaves the repository as it is", async () => {
    using scene = new Scene();
    const { commit, objects } = scene.file("new/\u001b[31mname");
    scene.maker.write(scene.bundle, `${commit} ${HEAD}\n`, objects);
    const paths = await changesOfWork({ bundle: scene.bundle, repository: scene.work, slug: SLUG });
    expect(paths).toContain("new/\\u{1b}[31mname");
    expect(scene.left()).toBe("refs/heads/main");
    await expect(scene.pull()).resolves.toMatchObject({ changedFiles: paths.length });
  });

  it("never moves a branch that is there", async () => {
    using scene = new Scene();
    scene.sh(`git branch ${BRANCH}-uncommitted`);
    const [one, two] = [scene.file("a"), scene.file("b")];
    const lines = `${one.commit} ${HEAD}\n${two.commit} refs/bot-bottle/work\n`;
    scene.maker.write(scene.bundle, lines, [...new Set([...one.objects, ...two.objects])]);
    await expect(scene.pull()).rejects.toMatchObject({
      code: "BB_WORKSPACE_PULL",
      message: expect.stringContaining(`"${BRANCH}-uncommitted" is there already`),
      hint: expect.stringContaining("git branch --move"),
    });
    expect(scene.left()).toBe(`refs/heads/${BRANCH}-uncommitted\nrefs/heads/main`);
    expect(scene.sh(`git rev-parse ${BRANCH}-uncommitted`)).toBe(scene.sh("git rev-parse main"));
  });

  it("makes all branches or none", async () => {
    using scene = new Scene();
    scene.sh("git branch bot-bottle");
    const { commit, objects } = scene.file("a");
    scene.maker.write(scene.bundle, `${commit} ${HEAD}\n`, objects);
    await expect(scene.pull()).rejects.toMatchObject({ message: expect.stringContaining("could not be made") });
    expect(scene.left()).toBe("refs/heads/bot-bottle\nrefs/heads/main");
  });

  it("numbers branches whose names are odd, nested in each other, or differ in case only", async () => {
    using scene = new Scene();
    const made = ["a", "b", "c", "d", "e", "f"].map((name) => scene.file(name));
    const names = ["plain/x", "a;b", "Case", "case", "dir", "dir/below"];
    const lines = made.map(({ commit }, index) => `${commit} refs/heads/${names[index] ?? ""}\n`).join("");
    scene.maker.write(scene.bundle, lines, [...new Set(made.flatMap(({ objects }) => objects))]);
    const { branches } = await scene.pull();
    expect(branches.map(({ name, source }) => [source, name.slice(`${BRANCH}-branch/`.length)])).toEqual([
      ["plain/x", "plain/x"],
      ["a;b", "unnamed/2"],
      ["Case", "unnamed/3"],
      ["case", "unnamed/4"],
      ["dir", "unnamed/5"],
      ["dir/below", "unnamed/6"],
    ]);
  });

  it("runs no hook and no program that the repository names", async () => {
    using scene = new Scene();
    const mark = scene.path("mark");
    const trap = scene.path("trap");
    writeFileSync(trap, `#!/bin/sh\necho "$0" >> ${mark}\ncat\n`, { mode: 0o755 });
    mkdirSync(join(scene.work, ".git/hooks"), { recursive: true });
    for (const hook of ["reference-transaction", "post-merge", "post-rewrite", "pre-auto-gc", "post-index-change"]) {
      cpSync(trap, join(scene.work, ".git/hooks", hook));
    }
    for (const key of ["core.fsmonitor", "diff.external", "core.alternateRefsCommand", "diff.trap.textconv"]) {
      scene.sh(`git config ${key} ${trap}`);
    }
    scene.write({ ".git/info/attributes": "* diff=trap\n" });
    scene.sh("git branch trapped && git branch -D trapped");
    expect(existsSync(mark)).toBe(true); // the trap works
    rmSync(mark);
    const { commit, objects } = scene.file("a");
    scene.maker.write(scene.bundle, `${commit} ${HEAD}\n`, objects);
    await scene.pull();
    expect(existsSync(mark)).toBe(false);
  });

  it("says which changes act by themselves later, with names that stay on their line", async () => {
    using scene = new Scene();
    await using trip = await RoundTrip.start(scene);
    await trip.bottle.agent(`
      mkdir -p .vscode .github/workflows .husky src .claude
      echo x | tee .vscode/tasks.json .github/workflows/ci.yml .husky/pre-commit package.json .envrc src/plain.ts .claude/settings.json >/dev/null
      ln -s /etc/passwd absolute && ln -s ../../outside climbing && ln -s src/plain.ts fine && ln -s ../src/plain.ts src/fine
      mkdir "$(printf 'x\\033[2J')" && echo x > "$(printf 'x\\033[2J')/Makefile"
      git add . && git commit --quiet -m risky
    `);
    await trip.salvage();
    const { risks, changedFiles } = await trip.pull();
    expect(changedFiles).toBe(12);
    expect(risks.map(({ trigger, path }) => `${trigger} ${path}`).sort()).toEqual([
      "agent .claude/settings.json",
      "build x\\u{1b}[2J/Makefile",
      "ci .github/workflows/ci.yml",
      "editor .vscode/tasks.json",
      "git .husky/pre-commit",
      "install package.json",
      "link absolute",
      "link climbing",
      "shell .envrc",
    ]);
  });

  it("takes a link that is too long to read for one that leaves", async () => {
    using scene = new Scene();
    const { commit, objects } = scene.file("dir/long", "a/".repeat(3000), "120000");
    scene.maker.write(scene.bundle, `${commit} ${HEAD}\n`, objects);
    expect((await scene.pull()).risks).toEqual([{ trigger: "link", path: "dir/long" }]);
  });

  it("does not count what the human had changed", async () => {
    using scene = new Scene();
    scene.write({ "package.json": "{}\n", "README.md": "changed\n" });
    await using trip = await RoundTrip.start(scene);
    await trip.bottle.agent("echo x > x && git add x && git commit --quiet -m x");
    await trip.salvage();
    expect(await trip.pull()).toMatchObject({ changedFiles: 1, risks: [] });
  });

  it("needs the repository that the work builds on", async () => {
    using scene = new Scene();
    await using trip = await RoundTrip.start(scene);
    await trip.bottle.agent("echo x > x && git add x && git commit --quiet -m x");
    await trip.salvage();
    using stranger = new HostFolder();
    stranger.repository({ "other.txt": "other\n" });
    await expect(trip.pull(stranger.work)).rejects.toMatchObject({
      code: "BB_WORKSPACE_PULL",
      message: expect.stringContaining("does not have the commits"),
    });
    await expect(trip.pull(scene.home)).rejects.toMatchObject({
      message: expect.stringContaining("is no git repository"),
    });
    await expect(trip.pull(scene.path("maker.git"))).rejects.toMatchObject({ code: "BB_WORKSPACE" });
    rmSync(trip.bundle);
    await expect(trip.pull()).rejects.toMatchObject({ message: "No work of that bottle is kept here." });
  });

  it("works from a folder of the repository and while another branch is checked out", async () => {
    using scene = new Scene();
    await using trip = await RoundTrip.start(scene);
    await trip.bottle.agent("echo x > x && git add x && git commit --quiet -m x");
    await trip.salvage();
    scene.sh("git checkout --quiet -b elsewhere && mkdir sub");
    expect((await trip.pull(join(scene.work, "sub"))).branches.map(({ name }) => name)).toEqual([BRANCH]);
    expect(scene.sh("git symbolic-ref HEAD && git status --porcelain")).toBe("refs/heads/elsewhere");
  });
});
