import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type AuditPage, createSidecarClient, type SidecarClient, verifyTrail } from "@bot-bottle/core";
import { sidecarImage } from "../../src/image.ts";
import { get, type Reachable } from "../support/client.ts";
import { configurationOf, launch, route } from "../support/bottle.ts";

/** An address of loopback that nothing else uses; the program binds 53, 80, 443 and 9099 there. */
const ADDRESS = "127.77.0.2";
const MAX_IDLE_BYTES = 80 * 1024 * 1024;

const { contextDir } = sidecarImage();
let socketPath: string;
let program: ChildProcess;
const children: ChildProcess[] = [];

function start(command: string, ...args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  children.push(child);
  return child;
}
const relay = (): ChildProcess => start("perl", join(contextDir, "sidecar.pl"), "control", socketPath);
function clientOf({ stdin, stdout }: ChildProcess): SidecarClient {
  return createSidecarClient(Duplex.from({ readable: stdout, writable: stdin } as never));
}

beforeEach(() => {
  if (!existsSync(join(contextDir, "sidecar.mjs")))
    throw new Error("build first: pnpm --filter @bot-bottle/sidecar build");
  socketPath = join(mkdtempSync(join(tmpdir(), "bb-program-")), "run", "control.sock");
  program = start(process.execPath, "--max-semi-space-size=4", join(contextDir, "sidecar.mjs"), "serve", socketPath);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Addresses that a process listens on over TCP and UDP. */
function listeningAddresses(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]),
  );
  return ["tcp", "tcp6", "udp", "udp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[9] !== undefined && inodes.has(columns[9]))
      .map((columns) => columns[1] ?? ""),
  );
}

const reachable = (certificate: string): Reachable => ({
  address: ADDRESS,
  runtime: { ports: { proxy: 9099 } },
  authority: { certificate, privateKey: "" },
  clients: [],
});

async function configure(client: SidecarClient, silentAddresses: readonly string[] = []): Promise<string> {
  const base = await configurationOf({ routes: [route("api.example.com")] });
  const network = { ...base.network, listenAddress: ADDRESS, silentAddresses };
  await client.call("configure", { ...base, network });
  return base.authority.certificate;
}

describe("the program as it is shipped", () => {
  it("listens on its control socket alone until it is configured, then on one address only", async () => {
    const client = clientOf(relay()); // started before the socket is there
    expect(await client.call("health", {})).toMatchObject({ configured: false });
    expect(listeningAddresses(program.pid ?? 0)).toEqual([]);
    await configure(client);
    const hex = "02004D7F"; // 127.77.0.2 as the kernel writes it
    const ports = [53, 53, 80, 443, 9099].map((port) => `${hex}:${port.toString(16).toUpperCase().padStart(4, "0")}`);
    expect(listeningAddresses(program.pid ?? 0).sort()).toEqual(ports.sort());
    client.close();
  });

  it("refuses, writes down and ends as its parts do, in little memory", async () => {
    const client = clientOf(relay());
    const certificate = await configure(client);
    const lines: string[] = [];
    client.onEvent(({ line }) => lines.push(line));
    lines.push(...(await client.call("events.subscribe", { fromCount: 0 })).lines);
    expect(await get(reachable(certificate), "evil.example")).toMatchObject({ status: 403 });
    const { rssBytes } = await client.call("health", {});
    expect(rssBytes).toBeLessThan(MAX_IDLE_BYTES);
    const page: AuditPage = await client.call("audit.end", {});
    expect(verifyTrail(lines, launch, { expectedHead: page.head })).toMatchObject({ ok: true, records: 3 });
    client.close();
  });

  it("finds an open wall by a refused connection alone", async () => {
    const client = clientOf(relay());
    await expect(configure(client, ["127.77.0.9"])).rejects.toMatchObject({ code: "BB_WALL" });
    expect(listeningAddresses(program.pid ?? 0)).toEqual([]);
    client.close();
  });

  it("closes everything when it dies, and the relay ends with it", async () => {
    const control = relay();
    const client = clientOf(control);
    await configure(client);
    program.kill("SIGKILL");
    expect(await client.closed).toMatchObject({ code: "BB_SIDECAR" });
    await expect(get(reachable(""), "x.example")).rejects.toThrow("ECONNREFUSED");
  });

  it("stops at once when it is told to", async () => {
    await clientOf(relay()).call("health", {});
    program.kill("SIGTERM");
    expect(await once(program, "exit")).toEqual([0, null]);
  });
});

describe("the relay", () => {
  it("ends when its input does, after the last answer", async () => {
    const control = relay();
    let output = "";
    control.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
    control.stdin?.end('{"jsonrpc":"2.0","id":1,"method":"health","params":{}}\n');
    expect(await once(control, "exit")).toEqual([0, null]);
    expect(JSON.parse(output)).toMatchObject({ id: 1, result: { configured: false } });
  });

  it("carries large messages whole", async () => {
    const client = clientOf(relay());
    const values = { "env:BIG": "x".repeat(6 * 1024 * 1024) };
    await expect(client.call("secrets.set", { values })).rejects.toThrow("has not been configured");
    client.close();
  });

  it("says what it takes when it is asked for something else", async () => {
    const wrong = start("perl", join(contextDir, "sidecar.pl"), "nonsense");
    expect((await once(wrong, "exit"))[0]).toBe(2);
  });
});
