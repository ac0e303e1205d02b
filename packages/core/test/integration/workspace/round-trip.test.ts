import { describe, expect, it } from "@jest/globals";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { HostFolder } from "./support/host-folder.ts";
import { RoundTrip } from "./support/round-trip.ts";

const BRANCH = "bot-bottle/sample-abcde";
const UNCOMMITTED = `${BRANCH}-uncommitted`;
const ODD = "odd \t\"name\"\nwith a 'line' $(end) é";

/** A repository with something of every kind: clean, changed, staged, removed, untracked, ignored, executable, link. */
function messyRepository(host: HostFolder): void {
  host.repository({
    ".gitignore": "ignored/\n*.log\n",
    "clean.txt": "clean\n",
    "changed.txt": "before\n",
    "removed.txt": "removed\n",
    "folder/staged.txt": "before\n",
    "folder/run.sh": "#!/bin/sh\n",
    "binary.bin": Buffer.from([0, 255, 10, 13, 128]),
    [ODD]: "odd\n",
  });
  chmodSync(join(host.work, "folder/run.sh"), 0o755);
  symlinkSync("clean.txt", join(host.work, "link"));
  symlinkSync("/etc/passwd", join(host.work, "outside"));
  host.sh("git add --all && git commit --quiet --message second");
  host.write({
    "changed.txt": "after\n",
    "folder/staged.txt": "staged\n",
    "new file.txt": "new\n",
    "new staged.txt": "new staged\n",
    "ignored/secret": "secret\n",
    "build.log": "log\n",
  });
  host.sh("rm removed.txt && git add folder/staged.txt 'new staged.txt'");
}

describe("a workspace on its way in", () => {
  it("arrives as it is on disk, in one copy and one exec", async () => {
    using host = new HostFolder();
    messyRepository(host);
    await using trip = await RoundTrip.start(host);
    const { bottle } = trip;
    const listing =
      "find . -path ./.git -prune -o -type d -o -path './ignored/*' -o -name '*.log' -o -printf '%y %p %l\\0' | sort -z";
    const expected = host.sh(listing);
    expect((await bottle.agent(listing)).trim()).toBe(expected);
    expect(readFileSync(join(bottle.workspace, "binary.bin"))).toEqual(Buffer.from([0, 255, 10, 13, 128]));
    expect(statSync(join(bottle.workspace, "folder/run.sh")).mode & 0o7777).toBe(0o755);
    expect(statSync(join(bottle.workspace, "clean.txt")).mode & 0o7777).toBe(0o644);
    expect(bottle.warnings).toEqual([]);
  });

  it("shows in the guest what git shows on the host, new staged files staged, others changed", async () => {
    using host = new HostFolder();
    messyRepository(host);
    await using trip = await RoundTrip.start(host);
    const status = await trip.bottle.agent("git status --porcelain=v1 --branch");
    expect(status.trimEnd().split("\n")).toEqual([
      "## main",
      " M changed.txt",
      " M folder/staged.txt",
      'A  "new staged.txt"',
      " D removed.txt",
      '?? "new file.txt"',
    ]);
    expect(await trip.bottle.agent("git log --format=%s")).toBe("second\nfirst\n");
    expect(await trip.bottle.agent("git rev-parse HEAD")).toBe(`${host.sh("git rev-parse HEAD")}\n`);
    expect(await trip.bottle.agent("git fsck --strict --no-dangling 2>&1")).toBe("");
  });

  it("leaves nothing of the transfer behind", async () => {
    using host = new HostFolder();
    messyRepository(host);
    await using trip = await RoundTrip.start(host);
    expect(readdirSync(join(trip.bottle.workspace, ".git")).sort()).toEqual([
      "HEAD",
      "config",
      "index",
      "logs",
      "objects",
      "refs",
    ]);
    expect(readdirSync(join(trip.bundle, "..")).sort()).toEqual(["metadata.json"]);
  });
});

describe("work on its way out", () => {
  it("comes back whole: commits, further branches, a stash and what is uncommitted", async () => {
    using host = new HostFolder();
    messyRepository(host);
    await using trip = await RoundTrip.start(host);
    await trip.bottle.agent(`
      git checkout --quiet -b feature
      echo feature > feature.txt && git add feature.txt && git commit --quiet -m feature
      git checkout --quiet main
      echo stashed >> clean.txt && git stash --quiet
      git add --all && git commit --quiet -m 'all of it'
      echo more >> changed.txt
      printf 'x' > '${ODD.replaceAll("'", "'\\''")}'
      chmod +x changed.txt
      ln -s changed.txt second-link
      rm -r folder
      printf '\\000\\377' > new.bin
    `);
    const tree = await trip.bottle.agent("git add --all && git write-tree && git reset --quiet");
    const head = await trip.bottle.agent("git rev-parse HEAD");
    expect(await trip.salvage()).toEqual({ saved: true, reason: "The work was saved." });
    expect(statSync(trip.bundle).mode & 0o777).toBe(0o600);
    const before = host.sh("git status --porcelain && git rev-parse HEAD");

    const pulled = await trip.pull();
    expect(pulled.branches.map(({ kind, name, source, status }) => [kind, name, source, status])).toEqual([
      ["commits", BRANCH, "HEAD", "created"],
      ["uncommitted", UNCOMMITTED, "uncommitted", "created"],
      ["stash", `${BRANCH}-stash`, "stash", "created"],
      ["branch", `${BRANCH}-branch/feature`, "feature", "created"],
    ]);
    expect(host.sh(`git rev-parse ${BRANCH}`)).toBe(head.trim());
    expect(host.sh(`git rev-parse ${UNCOMMITTED}^{tree}`)).toBe(tree.trim());
    expect(host.sh(`git rev-parse ${UNCOMMITTED}^`)).toBe(head.trim());
    expect(host.sh(`git log --format=%s main..${BRANCH}-branch/feature`)).toBe("feature");
    expect(host.sh("git status --porcelain && git rev-parse HEAD")).toBe(before);
    expect(host.sh("git fsck --strict --no-dangling 2>/dev/null")).toBe("");
    expect(existsSync(join(host.work, ".git/FETCH_HEAD"))).toBe(false);
  });

  it("sets the agent's changes apart from those that the human had not committed", async () => {
    using host = new HostFolder();
    messyRepository(host);
    await using trip = await RoundTrip.start(host);
    await trip.bottle.agent("echo by the agent > by-agent.txt");
    await trip.salvage();
    const pulled = await trip.pull();
    expect(pulled.branches.map(({ name }) => name)).toEqual([UNCOMMITTED]);
    expect(pulled.changedFiles).toBe(1);
    expect(host.sh(`git show --format= --name-status ${UNCOMMITTED}`)).toBe("A\tby-agent.txt");
    expect(host.sh(`git log --format=%s ${UNCOMMITTED}`)).toBe(
      "Uncommitted changes that were left in the workspace\nWorkspace as it was copied in\nsecond\nfirst",
    );
  });

  it("is nothing when nothing differs, whatever the agent looked at", async () => {
    using host = new HostFolder();
    messyRepository(host);
    await using trip = await RoundTrip.start(host);
    await trip.bottle.agent("git status && git branch other && touch clean.txt && git gc --quiet");
    expect(await trip.salvage()).toEqual({ saved: false, reason: "Nothing was changed in the workspace." });
    expect(existsSync(trip.bundle)).toBe(false);
    expect(trip.bottle.execs).toBe(2);
  });

  it("says so when it is fetched a second time", async () => {
    using host = new HostFolder();
    host.repository();
    await using trip = await RoundTrip.start(host);
    await trip.bottle.agent("echo x > x && git add x && git commit --quiet -m x");
    await trip.salvage();
    await trip.pull();
    const again = await trip.pull();
    expect(again.branches.map(({ status }) => status)).toEqual(["present"]);
    expect(readdirSync(join(host.work, ".git/objects")).filter((name) => name.startsWith("tmp"))).toEqual([]);
  });
});
