import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { Bottle, TreeEntry } from "@bot-bottle/core";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { describeWithEngine } from "../support/engine.ts";
import { type Fixture, makeFixture } from "../support/fixture.ts";

let fixture: Fixture;
let bottle: Bottle;

const run = async (script: string, user: "root" | "agent" = "agent"): Promise<string> =>
  (await bottle.exec({ argv: ["/bin/sh", "-c", script], user })).stdout;
const MIB = 1024 * 1024;

describeWithEngine("files", () => {
  beforeAll(async () => {
    fixture = await makeFixture();
    bottle = await fixture.launch();
  });
  afterAll(async () => {
    await bottle.destroy();
    await fixture.sweep();
    await fixture.dispose();
  });

  it("writes a file with its mode, as the agent, in folders that were not there", async () => {
    const path = "/home/node/a b/'c\"/ü $(id).txt";
    await bottle.writeFile(path, "content\n", 0o640);
    expect(await run(`stat -c '%a %u %g' "/home/node/a b/'c\\""/*; cat "/home/node/a b/'c\\""/*`)).toBe(
      "640 1000 1000\ncontent\n",
    );
    await bottle.writeFile(path, "less", 0o600);
    expect((await bottle.copyOut(path, 100)).toString()).toBe("less");
  });

  it("writes as root where asked, without a capability", async () => {
    await bottle.writeFile("/etc/bb-test/file", "x", 0o644, "root");
    expect(await run("stat -c '%a %u' /etc/bb-test/file")).toBe("644 0\n");
  });

  it("never makes a file that runs as somebody else", async () => {
    await bottle.writeFile("/home/node/setuid", "x", 0o6755);
    expect(await run("stat -c %a /home/node/setuid")).toBe("755\n");
  });

  it("copies a tree: folders, symlinks, binary content, large files as streams", async () => {
    const large = randomBytes(8 * MIB);
    const entries: TreeEntry[] = [
      { path: "sub", type: "directory", mode: 0o750 },
      { path: "sub/binary", type: "file", mode: 0o600, content: Buffer.from([0, 255, 10, 13, 0]) },
      { path: "sub/empty", type: "file", mode: 0o644, content: "" },
      { path: "link", type: "symlink", mode: 0o777, target: "sub/binary" },
      { path: "large", type: "file", mode: 0o644, size: large.length, content: () => Readable.from([large]) },
      { path: `${"long/".repeat(40)}${"n".repeat(120)}`, type: "file", mode: 0o644, content: "deep" },
    ];
    await bottle.copyIn(entries, "/home/node/tree");
    expect(await run("cd /home/node/tree; stat -c '%n %a' sub sub/*; readlink link; od -An -tx1 link")).toBe(
      "sub 750\nsub/binary 600\nsub/empty 644\nsub/binary\n 00 ff 0a 0d 00\n",
    );
    expect(Buffer.compare(await bottle.copyOut("/home/node/tree/large", large.length), large)).toBe(0);
    expect((await bottle.copyOut(`/home/node/tree/${"long/".repeat(40)}${"n".repeat(120)}`, 10)).toString()).toBe(
      "deep",
    );
  });

  it("leaves alone what is there already, but for the files that it replaces", async () => {
    await run("mkdir -p /home/node/kept; echo old > /home/node/kept/a; echo old > /home/node/kept/b");
    await bottle.copyIn([{ path: "a", type: "file", mode: 0o644, content: "new" }], "/home/node/kept");
    expect(await run("cat /home/node/kept/a /home/node/kept/b")).toBe("newold\n");
  });

  it("lets a symlink that the agent put there hurt nobody but the agent", async () => {
    await run("mkdir -p /home/node/trap; ln -s /etc/passwd /home/node/trap/file; ln -s /etc /home/node/trap/dir");
    const before = await run("sha256sum /etc/passwd", "root");
    await bottle.writeFile("/home/node/trap/file", "replaced", 0o644); // the link goes, what it points to stays
    expect(await run("sha256sum /etc/passwd", "root")).toBe(before);
    await expect(bottle.writeFile("/home/node/trap/dir/bb-evil", "x", 0o644)).rejects.toMatchObject({
      code: "BB_PROVISION",
    });
    expect(await run("ls /etc/bb-evil 2>&1 || true")).toContain("No such file");
  });

  it("refuses entries that lead out of the folder", async () => {
    for (const path of ["../x", "/etc/x", "a/../../x", "", "a//b", "./a", "a\0b"]) {
      await expect(bottle.copyIn([{ path, type: "file", mode: 0o644, content: "" }], "/home/node/out")).rejects.toThrow(
        TypeError,
      );
    }
  });

  it("passes on what reading an entry throws, and what tar says", async () => {
    const broken: TreeEntry = {
      path: "broken",
      type: "file",
      mode: 0o644,
      size: 10,
      content: () =>
        new Readable({
          read() {
            this.destroy(new Error("the file went away"));
          },
        }),
    };
    await expect(bottle.copyIn([broken], "/home/node/broken")).rejects.toThrow("the file went away");
    const short: TreeEntry = { ...broken, content: () => Readable.from(["four"]) };
    await expect(bottle.copyIn([short], "/home/node/broken")).rejects.toThrow(/size/i);
    await expect(bottle.writeFile("/proc/nothing/x", "x", 0o644)).rejects.toMatchObject({
      code: "BB_PROVISION",
      hint: expect.stringContaining("mkdir"),
    });
  });

  it("stops a copy at once, in the middle of a file that does not come, and leaves no program behind", async () => {
    const stop = new AbortController();
    let closed = (): void => undefined;
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const endless: TreeEntry = {
      path: "endless",
      type: "file",
      mode: 0o644,
      size: MIB,
      content: () => {
        setTimeout(() => {
          stop.abort(new Error("Ctrl-C"));
        }, 200);
        return new Readable({ read: () => undefined }).on("close", closed);
      },
    };
    const begun = performance.now();
    const copying = bottle.copyIn([endless], "/home/node/endless", { signal: stop.signal });
    await expect(copying).rejects.toMatchObject({ code: "BB_ABORTED" });
    expect(performance.now() - begun).toBeLessThan(5_000);
    await isClosed;
    expect(await run("cat /proc/[0-9]*/comm | grep -c '^tar$' || true", "root")).toBe("0\n");
  });

  it("copies out one regular file of a bounded size, and nothing else", async () => {
    await run("cd /home/node; head -c 1000 /dev/zero > exact; ln -s /etc/passwd alink; mkfifo fifo; mkdir -p adir");
    expect(await bottle.copyOut("/home/node/exact", 1000)).toHaveLength(1000);
    await expect(bottle.copyOut("/home/node/exact", 999)).rejects.toMatchObject({
      code: "BB_PROVISION",
      message: expect.stringContaining("larger than 999"),
    });
    for (const name of ["alink", "fifo", "adir", "missing"]) {
      await expect(bottle.copyOut(`/home/node/${name}`, 1000)).rejects.toMatchObject({
        code: "BB_PROVISION",
        message: expect.stringContaining("no regular file"),
      });
    }
    await expect(bottle.copyOut("/etc/shadow", 10_000)).rejects.toMatchObject({
      message: expect.stringContaining("cannot be read"),
    });
  });

  it("uses the image's programs, whatever the agent has on its PATH", async () => {
    await run(
      "mkdir -p /home/node/bin; for p in tar head mkdir; do printf '#!/bin/sh\\necho evil' > /home/node/bin/$p; chmod 755 /home/node/bin/$p; done",
    );
    await run("echo 'PATH=/home/node/bin:$PATH' >> /home/node/.profile");
    await bottle.writeFile("/home/node/fine", "fine", 0o644);
    expect((await bottle.copyOut("/home/node/fine", 10)).toString()).toBe("fine");
  });

  it("shows no content to whoever watches the engine", async () => {
    const secret = `content-${randomBytes(8).toString("hex")}`;
    await bottle.writeFile("/home/node/private", secret, 0o600);
    const { stdout } = await bottle.exec({ argv: ["cat"], stdin: secret });
    expect(stdout).toBe(secret);
    const { docker } = await import("../support/engine.ts");
    const until = Math.floor(Date.now() / 1000) + 1;
    const events = await docker.getEvents({ since: until - 60, until });
    let seen = "";
    for await (const chunk of events) seen += String(chunk);
    expect(seen).toContain("exec_create");
    expect(seen).not.toContain(secret);
  });
});
