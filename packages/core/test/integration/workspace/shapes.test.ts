import { describe, expect, it } from "@jest/globals";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { readHistory } from "../../../src/workspace/history.ts";
import { openRepository } from "../../../src/workspace/open-repository.ts";
import { surveyWorkspace } from "../../../src/workspace/survey.ts";
import { HostFolder } from "./support/host-folder.ts";
import { RoundTrip } from "./support/round-trip.ts";

const UNCOMMITTED = "bot-bottle/sample-abcde-uncommitted";
const ALL = { includeIgnored: false };

/** Starts in `source`, lets the agent change something, and brings it back into `repository`. */
async function roundTrip(host: HostFolder, source: string, repository: string): Promise<string> {
  await using trip = await RoundTrip.start(host, { source });
  await trip.bottle.agent("echo agent > agent.txt");
  expect(await trip.salvage()).toMatchObject({ saved: true });
  await trip.pull(repository);
  return host.sh(`git show --format= --name-status ${UNCOMMITTED}`, repository);
}

describe("folders that become a workspace", () => {
  it("a folder that is no repository begins with one commit", async () => {
    using host = new HostFolder();
    host.write({ "a.txt": "a\n", "dir/b.txt": "b\n" });
    await using trip = await RoundTrip.start(host);
    expect(trip.bottle.warnings).toEqual([]);
    expect(await trip.bottle.agent("git status --short && git log --format='%s %D' && git ls-files")).toBe(
      "Workspace as it was copied in HEAD -> main\na.txt\ndir/b.txt\n",
    );
    expect(await trip.salvage()).toMatchObject({ saved: false });
    await trip.bottle.agent("rm a.txt && echo more >> dir/b.txt && git add . && git commit -qm 'by the agent'");
    expect(await trip.salvage()).toMatchObject({ saved: true });
    await expect(trip.pull()).rejects.toMatchObject({
      code: "BB_WORKSPACE_PULL",
      hint: expect.stringContaining("git init"),
    });
    host.sh("git init --quiet --initial-branch=main .");
    expect((await trip.pull()).branches.map(({ name }) => name)).toEqual(["bot-bottle/sample-abcde"]);
    expect(host.sh("git show --format=%s --name-status bot-bottle/sample-abcde")).toBe(
      "by the agent\n\nD\ta.txt\nM\tdir/b.txt",
    );
  });

  it("an empty folder", async () => {
    using host = new HostFolder();
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("git log --format=%s")).toBe("Workspace as it was copied in\n");
    expect(await trip.salvage()).toMatchObject({ saved: false });
  });

  it("a repository without a commit keeps its branch name", async () => {
    using host = new HostFolder();
    host.sh("git init --quiet --initial-branch=trunk .");
    host.write({ "a.txt": "a\n", "b.txt": "b\n" });
    host.sh("git add a.txt");
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("git status --short --branch")).toBe(
      "## No commits yet on trunk\n?? a.txt\n?? b.txt\n",
    );
    await trip.bottle.agent("echo agent > agent.txt");
    await trip.salvage();
    await trip.pull();
    expect(host.sh(`git show --format= --name-status ${UNCOMMITTED}`)).toBe("A\tagent.txt");
  });

  it("a detached HEAD stays detached", async () => {
    using host = new HostFolder();
    host.repository().sh("git checkout --quiet --detach");
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("git status --short --branch")).toBe("## HEAD (no branch)\n");
    await trip.bottle.agent("echo x > x && git add x && git commit --quiet -m detached");
    await trip.salvage();
    await trip.pull();
    expect(host.sh("git log --format=%s bot-bottle/sample-abcde")).toBe("detached\nfirst");
  });

  it("a shallow clone", async () => {
    using host = new HostFolder();
    host.repository().sh("echo 2 > two && git add two && git commit --quiet -m second");
    host.sh("git clone --quiet --depth 1 file://$PWD ../shallow");
    const clone = host.path("shallow");
    expect(await roundTrip(host, clone, clone)).toBe("A\tagent.txt");
    await using trip = await RoundTrip.start(host, { source: clone });
    expect(await trip.bottle.agent("git log --format=%s && git fsck --no-dangling 2>&1")).toBe("second\n");
  });

  it("a partial clone comes without the history that it does not have, and fetches nothing for it", async () => {
    using host = new HostFolder();
    host
      .repository()
      .sh("echo 2 > README.md && git commit --quiet -am second && git config uploadpack.allowFilter true");
    host.sh("git clone --quiet --filter=blob:none file://$PWD ../partial");
    const missing = "git rev-list --objects --all --missing=print | grep -c '^?'";
    expect(host.sh(missing, host.path("partial"))).toBe("1");
    await using trip = await RoundTrip.start(host, { source: host.path("partial") });
    expect(trip.bottle.warnings.join()).toContain("stays here");
    expect(await trip.bottle.agent("cat README.md && git log --format=%s")).toBe("2\nWorkspace as it was copied in\n");
    expect(host.sh(missing, host.path("partial"))).toBe("1");
  });

  it("a history past the limit stays here", async () => {
    using host = new HostFolder();
    host.repository({ "large.bin": randomBytes(300_000) });
    const repository = await openRepository(host.work);
    expect(await readHistory(repository, host.root, { maxBytes: 100_000 })).toMatch(/^it is larger than 0\.09\d* MiB$/);
    expect(existsSync(host.path("history.bundle"))).toBe(false);
  });

  it("a history that cannot be written is no reason to leave it out unsaid", async () => {
    using host = new HostFolder();
    host.repository({ "README.md": "1" });
    const repository = await openRepository(host.work);
    await expect(readHistory(repository, host.path("missing"))).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });

  it("a HEAD that is no branch counts as detached", async () => {
    using host = new HostFolder();
    host.repository().sh("git update-ref refs/bot-bottle/base HEAD && git symbolic-ref HEAD refs/bot-bottle/base");
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("git status --short --branch")).toBe("## HEAD (no branch)\n");
  });

  it("a linked worktree and a submodule", async () => {
    using host = new HostFolder();
    host.repository();
    host.sh("git worktree add --quiet ../tree -b side");
    expect(await roundTrip(host, host.path("tree"), host.path("tree"))).toBe("A\tagent.txt");
    rmSync(host.path("bb"), { recursive: true });
    host.sh("git init --quiet ../sub && cd ../sub && echo s > s.txt && git add . && git commit --quiet -m sub");
    host.sh("git submodule --quiet add ../sub sub && git commit --quiet -m 'add sub'");
    expect(await roundTrip(host, join(host.work, "sub"), join(host.work, "sub"))).toBe("A\tagent.txt");
  });

  it("a repository with a submodule comes without the submodule's files, and says so", async () => {
    using host = new HostFolder();
    host.repository();
    host.sh("git init --quiet ../sub && cd ../sub && echo s > s.txt && git add . && git commit --quiet -m sub");
    host.sh("git submodule --quiet add ../sub sub && git commit --quiet -m 'add sub'");
    await using trip = await RoundTrip.start(host);
    expect(trip.bottle.warnings).toEqual(["Files of submodules are not copied: sub."]);
    expect(await trip.bottle.agent("git status --short && ls")).toBe("README.md\nsub\n");
    expect(await trip.salvage()).toMatchObject({ saved: false });
    await trip.bottle.agent("mkdir -p sub && echo x > sub/from-agent.txt");
    await trip.salvage();
    await trip.pull();
    expect(host.sh(`git show ${UNCOMMITTED}:sub/from-agent.txt`)).toBe("x");
  });

  it("a repository inside the repository comes as plain files", async () => {
    using host = new HostFolder();
    host.repository();
    host.write({ "inner/a.txt": "a\n", "inner/b.log": "b\n", "inner/.gitignore": "*.log\n" });
    host.sh("git init --quiet inner");
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("find inner -type f | sort")).toBe("inner/.gitignore\ninner/a.txt\n");
    expect(await trip.salvage()).toMatchObject({ saved: false });
  });

  it("a sparse checkout keeps what is not on disk out of the changes", async () => {
    using host = new HostFolder();
    host.repository({ "in/a.txt": "a\n", "out/b.txt": "b\n" });
    host.sh("git sparse-checkout set in");
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("git status --short && find . -name '*.txt'")).toBe("./in/a.txt\n");
    expect(await trip.salvage()).toMatchObject({ saved: false });
    await trip.bottle.agent("echo agent > in/agent.txt");
    await trip.salvage();
    await trip.pull();
    expect(host.sh(`git show --format= --name-status ${UNCOMMITTED}`)).toBe("A\tin/agent.txt");
  });

  it("a repository of SHA-256", async () => {
    using host = new HostFolder();
    host.sh(
      "git init --quiet --object-format=sha256 --initial-branch=main . && echo a > a && git add a && git commit -qm a",
    );
    expect(await roundTrip(host, host.work, host.work)).toBe("A\tagent.txt");
  });

  it("a part of a repository comes without history, and says so", async () => {
    using host = new HostFolder();
    host.repository({ "part/a.txt": "a\n", "other/secret.txt": "secret\n", ".gitignore": "*.log\n" });
    host.write({ "part/x.log": "x" });
    await using trip = await RoundTrip.start(host, { source: join(host.work, "part") });
    expect(trip.bottle.warnings.join()).toContain("the folder is only a part of it");
    expect(await trip.bottle.agent("find . -path ./.git -prune -o -type f -print")).toBe("./a.txt\n");
    expect(await trip.bottle.agent("git log --all -p")).not.toContain("secret");
  });

  it("a file whose name is no UTF-8 is left out, and said so", async () => {
    using host = new HostFolder();
    host.repository();
    host.sh("printf x > \"$(printf 'bad\\377name')\"");
    await using trip = await RoundTrip.start(host);
    expect(trip.bottle.warnings).toEqual(["Not copied: bad\ufffdname (its name is not UTF-8)."]);
  });

  it("large files are streamed whole", async () => {
    using host = new HostFolder();
    host.repository({ "large.bin": Buffer.alloc(3_000_001, "large") });
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("git status --short && wc -c < large.bin")).toBe("3000001\n");
  });

  it("line ends that git converts on the host are no change in the guest", async () => {
    using host = new HostFolder();
    host.repository({ "a.txt": "one\ntwo\n" });
    host.sh("git config core.autocrlf true && rm a.txt && git checkout --quiet a.txt && grep -q '\r' a.txt");
    await using trip = await RoundTrip.start(host);
    expect(await trip.bottle.agent("git status --short && wc -c < a.txt")).toBe("10\n");
    expect(await trip.salvage()).toMatchObject({ saved: false });
  });
});

describe("folders that do not", () => {
  it.each([
    ["the root", "/"],
    ["the home directory", homedir()],
  ])("%s", async (_title, dir) => {
    await expect(surveyWorkspace(dir, ALL)).rejects.toMatchObject({
      code: "BB_WORKSPACE",
      message: expect.stringContaining("is your home directory, or holds it"),
      hint: expect.stringContaining("folder of one project"),
    });
  });

  it.each<[string, (host: HostFolder) => string, string]>([
    ["a bare repository", (host) => (host.sh("git init --quiet --bare ."), host.work), "without a working tree"],
    ["the inside of .git", (host) => (host.repository(), join(host.work, ".git")), "inside a .git folder"],
    ["a folder that is not there", (host) => host.path("nowhere"), "cannot be opened (ENOENT)"],
    ["a file", (host) => (host.write({ file: "" }), join(host.work, "file")), "is no folder"],
    ["a .git that is none", (host) => (mkdirSync(join(host.work, ".git")), host.work), "git does not accept"],
  ])("%s", async (_title, make, message) => {
    using host = new HostFolder();
    await expect(surveyWorkspace(make(host), ALL)).rejects.toMatchObject({
      code: "BB_WORKSPACE",
      message: expect.stringContaining(message),
    });
  });

  it("a repository of another user, as git itself has it", async () => {
    using host = new HostFolder();
    host.repository();
    if (process.getuid?.() !== 0) return;
    host.sh("chown -R 12345 .");
    await expect(surveyWorkspace(host.work, ALL)).rejects.toMatchObject({
      code: "BB_WORKSPACE",
      hint: expect.stringContaining("safe.directory"),
    });
  });

  it("a repository on a machine without git; a plain folder does without", async () => {
    using host = new HostFolder();
    const path = process.env["PATH"];
    host.repository();
    mkdirSync(host.path("plain"));
    writeFileSync(host.path("plain/a.txt"), "a");
    process.env["PATH"] = host.home;
    try {
      await expect(surveyWorkspace(host.work, ALL)).rejects.toMatchObject({
        code: "BB_WORKSPACE",
        message: expect.stringContaining("git is not on this machine"),
      });
      expect(await surveyWorkspace(host.path("plain"), ALL)).toEqual({ fileCount: 1, suspicious: [] });
      await using trip = await RoundTrip.start(host, { source: host.path("plain") });
      expect(await trip.bottle.agent("cat a.txt")).toBe("a");
    } finally {
      process.env["PATH"] = path;
    }
  });

  it("an image without git", async () => {
    using host = new HostFolder();
    host.repository();
    await expect(RoundTrip.start(host, {}, { path: host.home })).rejects.toMatchObject({
      code: "BB_WORKSPACE",
      hint: expect.stringContaining("packages: {apt: [git]}"),
    });
  });
});
