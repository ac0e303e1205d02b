import { describe, expect, it, jest } from "@jest/globals";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ExecRequest } from "../../../src/bottle/bottle.ts";
import { BundleMaker, treeEntry } from "./support/bundle-maker.ts";
import { HostFolder } from "./support/host-folder.ts";
import { RoundTrip } from "./support/round-trip.ts";

const BRANCH = "bot-bottle/sample-abcde";
const UNCOMMITTED = `${BRANCH}-uncommitted`;

/** Starts with a small repository and runs what the agent does. */
async function after(host: HostFolder, script: string): Promise<RoundTrip> {
  host.repository({ "a.txt": "a\n", ".gitignore": "*.log\nnode_modules/\n" });
  const trip = await RoundTrip.start(host);
  await trip.bottle.agent(script);
  return trip;
}

/** Makes the bottle's exec answer like a guest that only pretends. */
function pretend(trip: RoundTrip, answer: (request: ExecRequest) => Buffer, exitCode = 0): void {
  jest.spyOn(trip.bottle, "exec").mockImplementation(async (request) => {
    const content = answer(request);
    await new Promise<void>((resolve) =>
      request.stdout?.write(content, () => {
        resolve();
      }),
    );
    return { exitCode, stdout: "", stderr: "" };
  });
}

describe("an agent that made a mess of git", () => {
  const work = "echo work > work.txt";

  it.each<[string, string]>([
    ["a monitor that hangs", `git config core.fsmonitor 'sleep 1000'; ${work}`],
    [
      "hooks that refuse",
      `mkdir .git/hooks; printf '#!/bin/sh\\nexit 1\\n' > .git/hooks/reference-transaction; chmod +x .git/hooks/*; ${work}`,
    ],
    [
      "a filter that fails",
      `git config filter.x.clean false; git config filter.x.required true; mkdir .git/info; echo '* filter=x' > .git/info/attributes; ${work}`,
    ],
    ["a user configuration that is broken", `echo '[' > ~/.gitconfig; ${work}`],
    ["a repository configuration that is broken", `echo '[' > .git/config; ${work}`],
    ["an index that is broken", `echo x > .git/index; ${work}`],
    ["an index that is gone", `rm .git/index; ${work}`],
    ["an index that is locked", `touch .git/index.lock; ${work}`],
    [
      "a merge with conflicts",
      `git checkout -q -b o; echo o > a.txt; git commit -qam o; git checkout -q main; echo m > a.txt; git commit -qam m; git merge -q o || ${work}`,
    ],
    ["replaced objects", `git replace HEAD^{tree} $(git mktree </dev/null); ${work}`],
    ["a working tree set elsewhere", `git config core.worktree /tmp; ${work}`],
    [
      "a branch where our refs go",
      `git update-ref -d refs/bot-bottle/base; git update-ref refs/bot-bottle/base/x HEAD; git update-ref refs/bot-bottle/head/x HEAD; ${work}`,
    ],
    ["files that cannot be read", `${work}; echo x > closed; chmod 000 closed`],
  ])("%s", async (title, script) => {
    using host = new HostFolder();
    await using trip = await after(host, script);
    const result = await trip.salvage({ timeoutMs: 20_000 });
    const partial = title.startsWith("files") ? " Some files could not be read." : "";
    expect(result).toEqual({ saved: true, reason: `The work was saved.${partial}` });
    await trip.pull();
    expect(host.sh(`git show ${UNCOMMITTED}:work.txt && git show ${UNCOMMITTED}:.gitignore`)).toContain("work\n*.log");
  });

  it.each<[string, string]>([
    ["is gone", "rm -rf .git"],
    ["is a file", "rm -rf .git; echo x > .git"],
    ["has lost its objects", "rm -rf .git/objects; mkdir .git/objects"],
    [
      "has lost its base",
      "git update-ref -d refs/bot-bottle/base; git commit -q --amend --reset-author -m x; rm -rf .git/logs; git gc -q --prune=now",
    ],
    [
      "has lost a commit",
      "echo b > b && git add b && git commit -qm b; rm -f .git/objects/$(git rev-parse HEAD | sed 's|..|&/|')",
    ],
  ])("whose .git %s still leaves its files", async (_title, script) => {
    using host = new HostFolder();
    await using trip = await after(host, `echo log > x.log; ${script}; echo work > work.txt`);
    expect(await trip.salvage()).toEqual({
      saved: true,
      reason: "The work was saved. The bottle's repository is beyond use; its files alone were saved.",
    });
    const pulled = await trip.pull();
    expect(pulled.branches.map(({ name }) => name)).toEqual([UNCOMMITTED]);
    expect(host.sh(`git ls-tree -r --name-only ${UNCOMMITTED}`)).toMatch(/^\.gitignore\na\.txt\n(b\n)?work\.txt$/);
    expect(host.sh(`git show ${UNCOMMITTED}:work.txt`)).toBe("work");
  });

  it("and repositories of its own inside keeps the files of those that are not ignored", async () => {
    using host = new HostFolder();
    await using trip = await after(
      host,
      `git init -q unborn && echo u > unborn/u.txt && echo l > unborn/u.log
       git init -q born && (cd born && echo b > b.txt && git add . && git commit -qm b && git init -q deeper && echo d > deeper/d.txt)
       git init -q "odd name" && echo o > "odd name/o.txt" && git init -q node_modules/m && echo m > node_modules/m/m.txt
       git init -q linked && (cd linked && git commit -q --allow-empty -m l) && git add linked 2>/dev/null && git commit -qm link && echo l > linked/l.txt
       git init -q empty`,
    );
    expect(await trip.salvage()).toMatchObject({ saved: true });
    await trip.pull();
    expect(host.sh(`git ls-tree -r --name-only ${UNCOMMITTED}`).split("\n")).toEqual([
      ".gitignore",
      "a.txt",
      "born/b.txt",
      "born/deeper/d.txt",
      "linked/l.txt",
      "odd name/o.txt",
      "unborn/u.txt",
    ]);
  });

  it("and removed the workspace has left nothing", async () => {
    using host = new HostFolder();
    await using trip = await after(host, "cd .. && rm -rf workspace");
    expect(await trip.salvage()).toEqual({ saved: false, reason: "The workspace in the bottle is gone or empty." });
  });

  it("and put a link to the whole machine in its place does not get the machine saved", async () => {
    using host = new HostFolder();
    await using trip = await after(host, "cd .. && rm -rf workspace && ln -s / workspace");
    expect(await trip.salvage()).toMatchObject({ saved: false });
  });

  it("and still writes loses at most what it writes at that moment", async () => {
    using host = new HostFolder();
    await using trip = await after(host, "echo work > work.txt");
    const writer = trip.bottle.agent(
      "for i in $(seq 300); do echo $i > busy-$i; rm -f busy-$((i - 1)); echo $i >> grows; sleep 0.005; done",
    );
    try {
      expect(await trip.salvage()).toMatchObject({ saved: true });
      await trip.pull();
      expect(host.sh(`git show ${UNCOMMITTED}:work.txt`)).toBe("work");
    } finally {
      await writer; // whatever failed: nothing writes any more when its folder is removed
    }
  });

  it("and took files away while git looked at them does not get the work taken for nothing", async () => {
    using host = new HostFolder();
    host.repository({ "a.txt": "a\n" });
    const guest = { path: "/usr/bin:/bin" };
    await using trip = await RoundTrip.start(host, {}, guest);
    const tools = join(trip.bottle.home, "tools");
    // What git does about a file that is gone between the list and the look: `fatal: unable to stat`, exit code 128.
    const shim = `#!/bin/sh
case " $* " in *" add "*)
  echo x >>${tools}/adds
  [ "$(wc -l <${tools}/adds)" -gt 3 ] || exit 128 ;;
esac
exec /usr/bin/git "$@"
`;
    await trip.bottle.agent(`mkdir ${tools}; printf '%s' '${shim}' >${tools}/git; chmod +x ${tools}/git`);
    await trip.bottle.agent("echo work > work.txt");
    guest.path = `${tools}:/usr/bin:/bin`;
    expect(await trip.salvage()).toEqual({ saved: true, reason: "The work was saved." });
    await trip.pull();
    expect(host.sh(`git show ${UNCOMMITTED}:work.txt`)).toBe("work");
  });

  it("leaves no trace of the saving in the guest", async () => {
    using host = new HostFolder();
    await using trip = await after(host, "echo work > work.txt");
    const listing = "find ~ /tmp -maxdepth 4 -name 'bot-bottle.*' -user $(id -u) 2>/dev/null";
    const before = await trip.bottle.agent(`${listing} || true; git status --porcelain; git for-each-ref`);
    await trip.salvage();
    expect(await trip.bottle.agent(`${listing} || true; git status --porcelain; git for-each-ref`)).toBe(before);
  });
});

describe("a guest that sends something else", () => {
  const failure = async (trip: RoundTrip, message: string): Promise<void> => {
    await expect(trip.salvage()).rejects.toMatchObject({
      code: "BB_WORKSPACE",
      message: expect.stringContaining(message),
      hint: expect.stringContaining("--discard"),
    });
    expect(readdirSync(dirname(trip.bundle))).toEqual(["metadata.json"]);
  };

  it("than fits", async () => {
    using host = new HostFolder();
    await using trip = await after(host, "head -c 3000000 /dev/urandom > large.bin");
    await expect(trip.salvage({ maxBytes: 1024 ** 2 })).rejects.toMatchObject({
      code: "BB_WORKSPACE",
      message: expect.stringContaining("larger than 1 MiB"),
      hint: expect.stringContaining("--discard"),
    });
    expect(readdirSync(dirname(trip.bundle))).toEqual(["metadata.json"]);
  });

  it("than fits, and is stopped there", async () => {
    using host = new HostFolder();
    await using trip = await after(host, "echo x > x");
    let sent = 0;
    jest.spyOn(trip.bottle, "exec").mockImplementation(async ({ stdout, signal }) => {
      while (signal?.aborted !== true && sent < 200) {
        stdout?.write(Buffer.alloc(1024 ** 2));
        sent++;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      throw new Error("stopped");
    });
    await expect(trip.salvage({ maxBytes: 1024 ** 2 })).rejects.toMatchObject({
      message: expect.stringContaining("larger than 1 MiB"),
    });
    expect(sent).toBeLessThan(100);
    expect(readdirSync(dirname(trip.bundle))).toEqual(["metadata.json"]);
  });

  it("than ever ends", async () => {
    using host = new HostFolder();
    await using trip = await after(host, "mkfifo .git/packed-refs; echo x > x");
    const started = Date.now();
    await expect(trip.salvage({ timeoutMs: 1000 })).rejects.toMatchObject({ code: "BB_WORKSPACE" });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(existsSync(trip.bundle)).toBe(false);
  });

  it.each<[string, (maker: BundleMaker, file: string, base: string) => void, string]>([
    [
      "than a bundle",
      (_maker, file) => {
        writeFileSync(file, "<html>\n\n");
      },
      "it is no bundle",
    ],
    [
      "than a whole bundle",
      (_maker, file) => {
        writeFileSync(file, "# v2 git bundle\n\nPACK\0\0");
      },
      "it is not whole",
    ],
    [
      "than its own workspace",
      (maker, file) => {
        const blob = maker.object("blob", "x");
        const tree = maker.tree(treeEntry("100644", "x", blob));
        const commit = maker.commit(tree);
        maker.write(file, `${commit} refs/bot-bottle/base\n`, [blob, tree, commit]);
      },
      "it begins with another workspace",
    ],
    [
      "than branches",
      (maker, file, base) => {
        maker.write(file, `${base} refs/bot-bottle/base\n${base} refs/tags/x\n`, []);
      },
      "something else than branches",
    ],
    [
      "than honest names",
      (maker, file, base) => {
        maker.write(file, `${base} refs/heads/../../x\n`, []);
      },
      "git does not allow",
    ],
  ])("%s", async (_title, make, message) => {
    using host = new HostFolder();
    await using trip = await after(host, "echo x > x");
    const file = host.path("sent");
    make(new BundleMaker(host.path("maker.git")), file, (await trip.metadata()).workspaceBase ?? "");
    const { readFileSync } = await import("node:fs");
    pretend(trip, () => readFileSync(file));
    await failure(trip, message);
  });

  it("than an exit code of ours", async () => {
    using host = new HostFolder();
    await using trip = await after(host, "echo x > x");
    pretend(trip, () => Buffer.alloc(0), 77);
    await failure(trip, "exit code 77");
    pretend(trip, () => Buffer.alloc(0), 41);
    await failure(trip, "git is gone");
  });
});

it("without a workspace there is nothing to save", async () => {
  using host = new HostFolder();
  await using trip = await RoundTrip.start(host, { mode: "none" });
  expect(await trip.bottle.agent("ls -A | wc -l")).toBe("0\n");
  expect(await trip.salvage()).toEqual({ saved: false, reason: "No workspace was copied into the bottle." });
  expect(trip.bottle.execs).toBe(1);
});
