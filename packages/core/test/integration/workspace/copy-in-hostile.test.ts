import { describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { surveyWorkspace } from "../../../src/workspace/survey.ts";
import { craftedIndex } from "./support/crafted-index.ts";
import { HostFolder } from "./support/host-folder.ts";
import { RoundTrip } from "./support/round-trip.ts";

const SECRET = "value-of-a-secret";
const ALL = { includeIgnored: false };

/** Everything below the guest's workspace as one text. */
function guestText(trip: RoundTrip): string {
  const output = execFileSync("grep", ["-rac", "", trip.bottle.workspace], { encoding: "utf8" });
  const names = output.split("\n").map((line) => line.slice(0, line.lastIndexOf(":")));
  return names.map((name) => (name === "" ? "" : readFileSync(name, "latin1"))).join("\n");
}

/** A second repository of the same user, which is nobody else's business. */
function privateRepository(host: HostFolder): string {
  const dir = host.path("private");
  mkdirSync(dir);
  host.sh(`git init --quiet . && echo ${SECRET} > secret.txt && git add . && git commit --quiet -m ${SECRET}`, dir);
  return dir;
}

describe("configuration of a repository", () => {
  const KEYS = ["core.fsmonitor", "core.alternateRefsCommand", "core.sshCommand", "diff.external", "credential.helper"];

  /** A repository in which everything that can name a program names one that leaves a mark. */
  function trapped(host: HostFolder): string {
    const mark = host.path("mark");
    host.repository({ "a.txt": "a\n", ".gitattributes": "* filter=trap diff=trap\n" });
    host.write({ "a.txt": "changed\n", "new.txt": "new\n" });
    const trap = host.path("trap");
    writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> ${mark}\ncat\n`, { mode: 0o755 });
    for (const key of [...KEYS, "filter.trap.clean", "filter.trap.smudge", "diff.trap.textconv", "diff.trap.command"]) {
      host.sh(`git config ${key} ${trap}`);
    }
    host.sh(`mkdir -p .git/hooks hooks && git config core.hooksPath ${host.work}/.git/hooks`);
    for (const hook of ["post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc", "post-merge"]) {
      cpSync(trap, join(host.work, ".git/hooks", hook));
    }
    return mark;
  }

  it("runs nothing on the host and nothing in the guest, on the way in and on the way out", async () => {
    using host = new HostFolder();
    const mark = trapped(host);
    host.sh("git status >/dev/null");
    expect(existsSync(mark)).toBe(true); // the trap works
    rmSync(mark);

    await surveyWorkspace(host.work, ALL);
    await using trip = await RoundTrip.start(host);
    await trip.bottle.agent("echo agent > agent.txt && git add . && git commit --quiet -m agent");
    await trip.salvage();
    await trip.pull();
    expect(existsSync(mark)).toBe(false);
  });

  it("cannot use a filter that the guest's user has configured", async () => {
    using host = new HostFolder();
    host.repository({ "a.txt": "a\n", ".gitattributes": "* filter=trap\n" });
    host.write({ "a.txt": "changed\n" });
    await using trip = await RoundTrip.start(host);
    writeFileSync(join(trip.bottle.home, ".gitconfig"), '[filter "trap"]\n\tclean = echo trapped\n\trequired = true\n');
    await trip.bottle.agent("echo again > a.txt");
    await trip.salvage();
    await trip.pull();
    expect(host.sh("git show bot-bottle/sample-abcde-uncommitted:a.txt")).toBe("again");
  });

  it("does not travel, nor do remotes, reflogs, stashes, hooks, alternates and other branches", async () => {
    using host = new HostFolder();
    host.repository();
    host.sh(`
      git config http.extraheader 'AUTHORIZATION: basic ${SECRET}'
      git remote add origin https://user:${SECRET}@example.com/x.git
      git config user.email ${SECRET}@example.com
      echo ${SECRET} > gone.txt && git add . && git commit --quiet -m ${SECRET} && git reset --quiet --hard HEAD^
      git checkout --quiet -b other && echo ${SECRET} > other.txt && git add . && git commit --quiet -m ${SECRET}
      git tag ${SECRET} && git checkout --quiet main
      echo ${SECRET} >> README.md && git stash --quiet
      echo ${SECRET} > .git/hooks/pre-commit; echo ${SECRET} > .git/info/exclude; echo ${SECRET} > .git/description
    `);
    const objects = host.sh("git rev-list --all --reflog --objects | cut -d' ' -f1").split("\n");
    await using trip = await RoundTrip.start(host);
    expect(guestText(trip)).not.toContain(SECRET);
    const left = await trip.bottle.agent(
      "git cat-file --batch-all-objects --batch-check='%(objectname) %(objecttype)'",
    );
    const kept = host.sh("git rev-list --objects main | cut -d' ' -f1").split("\n");
    expect(objects.filter((id) => left.includes(id)).sort()).toEqual(kept.sort());
    expect(await trip.bottle.agent("git remote; git stash list; git tag; git branch --format='%(refname)'")).toBe(
      "refs/heads/main\n",
    );
    expect(existsSync(join(trip.bottle.workspace, ".git/hooks"))).toBe(false);
  });
});

describe("a .git that leads to another repository of the user", () => {
  it.each<[string, (host: HostFolder, other: string) => void]>([
    [
      "by a link",
      (host, other) => {
        symlinkSync(join(other, ".git"), join(host.work, ".git"));
      },
    ],
    [
      "by a gitdir file",
      (host, other) => {
        host.write({ ".git": `gitdir: ${other}/.git\n` });
      },
    ],
    [
      "by commondir",
      (host, other) => {
        host.repository().write({ ".git/commondir": `${other}/.git\n` });
      },
    ],
    [
      "by core.worktree",
      (host, other) => {
        host.repository().sh(`git config core.worktree ${other}`);
      },
    ],
    [
      "by a forged worktree",
      (host, other) => {
        host.write({
          "wt/gitdir": `${host.work}/.git\n`,
          "wt/commondir": `${other}/.git\n`,
          "wt/HEAD": "ref: refs/heads/main\n",
          ".git": "gitdir: wt\n",
        });
      },
    ],
  ])("%s is refused", async (_title, lead) => {
    using host = new HostFolder();
    lead(host, privateRepository(host));
    const refusal = { code: "BB_WORKSPACE", message: expect.stringContaining("leads elsewhere") };
    await expect(surveyWorkspace(host.work, ALL)).rejects.toMatchObject(refusal);
    await expect(RoundTrip.start(host)).rejects.toMatchObject(refusal);
  });

  it.each<[string, (host: HostFolder, other: string) => void]>([
    [
      "alternates",
      (host, other) => {
        host.write({ ".git/objects/info/alternates": `${other}/.git/objects\n` });
      },
    ],
    [
      "a linked objects folder",
      (host, other) => {
        rmSync(join(host.work, ".git/objects"), { recursive: true });
        symlinkSync(join(other, ".git/objects"), join(host.work, ".git/objects"));
      },
    ],
    [
      "linked packs",
      (host, other) => {
        host.sh("git repack -adq", other);
        rmSync(join(host.work, ".git/objects/pack"), { recursive: true });
        symlinkSync(join(other, ".git/objects/pack"), join(host.work, ".git/objects/pack"));
      },
    ],
    [
      "linked objects",
      (host, other) => {
        const objects = host.sh("cd .git/objects && find . -type f -path './??/*'", other).split("\n");
        for (const path of objects) {
          mkdirSync(join(host.work, ".git/objects", path, ".."), { recursive: true });
          symlinkSync(join(other, ".git/objects", path), join(host.work, ".git/objects", path));
        }
      },
    ],
  ])("%s carry no history of it into the guest", async (_title, borrow) => {
    using host = new HostFolder();
    const other = privateRepository(host);
    const commit = host.sh("git rev-parse HEAD", other);
    host.repository();
    borrow(host, other);
    host.write({ ".git/refs/heads/main": `${commit}\n` });
    expect(host.sh("git log --format=%s")).toBe(SECRET); // the trap works
    await using trip = await RoundTrip.start(host);
    expect(trip.bottle.warnings.join()).toContain("stays here: its objects lie partly in another folder");
    expect(await trip.bottle.agent("git log --format=%s")).toBe("Workspace as it was copied in\n");
    expect(await trip.bottle.agent("git log --all -p")).not.toContain(SECRET);
    expect(await trip.bottle.agent("cat README.md")).toBe("hello\n");
  });
});

describe("files of a repository", () => {
  it("are not read through a folder that has become a link", async () => {
    using host = new HostFolder();
    host.repository({ "dir/secret.txt": "harmless\n", "a.txt": "a\n" });
    mkdirSync(host.path("elsewhere"));
    writeFileSync(host.path("elsewhere/secret.txt"), SECRET);
    host.sh("rm -r dir && ln -s ../elsewhere dir");
    expect(readFileSync(join(host.work, "dir/secret.txt"), "utf8")).toBe(SECRET); // the trap works
    await using trip = await RoundTrip.start(host);
    expect(guestText(trip)).not.toContain(SECRET);
    expect(await trip.bottle.agent("readlink dir")).toBe("../elsewhere\n");
  });

  it("cannot have names that leave the folder or land in the guest's .git", async () => {
    using host = new HostFolder();
    host.repository();
    writeFileSync(host.path("outside.txt"), SECRET);
    host.write({ ".git/hooks/post-checkout": SECRET });
    const names = [
      "../outside.txt",
      ".git/hooks/post-checkout",
      "x/../../outside.txt",
      join(host.root, "outside.txt"),
      "README.md",
    ];
    mkdirSync(join(host.work, "x"));
    writeFileSync(join(host.work, ".git/index"), craftedIndex(names, host.sh("git rev-parse HEAD:README.md")));
    expect(host.sh("git ls-files")).toContain("../outside.txt"); // the trap works
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("find . -path ./.git -prune -o -type f -print")).toBe("./README.md\n");
    expect(guestText(trip)).not.toContain(SECRET);
    expect(existsSync(join(trip.bottle.workspace, ".git/hooks"))).toBe(false);
    expect(trip.bottle.warnings.join()).toContain("../outside.txt (its name is not allowed)");
  });

  it("arrive without setuid and foreign write bits; what is no file stays here and nothing waits for it", async () => {
    using host = new HostFolder();
    host.repository({ tool: "x", open: "x", waiting: "x" });
    chmodSync(join(host.work, "tool"), 0o6755);
    chmodSync(join(host.work, "open"), 0o666);
    host.sh("rm waiting && mkfifo waiting pipe");
    host.sh("printf 'x' > new && chmod 4711 new");
    await using trip = await RoundTrip.start(host);
    expect(statSync(join(trip.bottle.workspace, "tool")).mode & 0o7777).toBe(0o755);
    expect(statSync(join(trip.bottle.workspace, "new")).mode & 0o7777).toBe(0o755);
    expect(statSync(join(trip.bottle.workspace, "open")).mode & 0o7777).toBe(0o644);
    expect(await trip.bottle.agent("git status --short")).toBe(" M tool\n D waiting\n?? new\n");
  });

  it("that are ignored come only when asked for, and those that look like secrets are named", async () => {
    using host = new HostFolder();
    host.repository({ ".gitignore": ".env\n", "deploy/server.pem": "x", ".npmrc": "x", ".env.example": "x" });
    host.write({ ".env": SECRET });
    expect(await surveyWorkspace(host.work, ALL)).toEqual({
      fileCount: 4,
      suspicious: [".npmrc", "deploy/server.pem"],
    });
    expect(await surveyWorkspace(host.work, { includeIgnored: true })).toEqual({
      fileCount: 5,
      suspicious: [".env", ".npmrc", "deploy/server.pem"],
    });
    await using without = await RoundTrip.start(host);
    expect(guestText(without)).not.toContain(SECRET);
    rmSync(host.path("bb"), { recursive: true });
    await using withIgnored = await RoundTrip.start(host, { includeIgnored: true });
    expect(await withIgnored.bottle.agent("cat .env")).toBe(SECRET);
  });

  it("that the human's own git configuration ignores stay here, whatever the repository configures", async () => {
    using host = new HostFolder();
    host.repository();
    host.write({ "notes.private": SECRET });
    writeFileSync(join(host.home, ".gitignore-of-mine"), "*.private\n");
    const home = process.env["HOME"];
    process.env["HOME"] = host.home;
    try {
      host.sh("git config --global core.excludesFile ~/.gitignore-of-mine");
      expect((await surveyWorkspace(host.work, ALL)).fileCount).toBe(1);
    } finally {
      process.env["HOME"] = home;
    }
  });
});
