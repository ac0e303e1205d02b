import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { candidates, discoverEngine, usualSockets } from "../../../src/client/discover.ts";

let home: string;
const servers: Server[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "bb-home-"));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => once(server.close(), "close")));
});

async function context(name: string, docker: object): Promise<void> {
  const dir = join(home, ".docker/contexts/meta", createHash("sha256").update(name).digest("hex"));
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker } }));
}

/** An engine that answers pings. */
async function engineAt(path: string, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((_request, answer) => {
    answer.writeHead(200, { server: "Docker/24.0.7 (linux)", "api-version": "1.43", ...headers }).end("OK");
  });
  servers.push(server);
  await once(server.listen(path), "listening");
  return `unix://${path}`;
}

describe("candidates", () => {
  it("takes DOCKER_HOST alone when it is set", async () => {
    await context("other", { Host: "unix:///other.sock" });
    const env = { DOCKER_HOST: "unix:///x.sock", DOCKER_CONTEXT: "other" };
    expect(await candidates({ env, userHome: home })).toEqual([{ origin: "DOCKER_HOST", host: "unix:///x.sock" }]);
  });

  it("asks for TLS files when DOCKER_TLS_VERIFY is set", async () => {
    const env = { DOCKER_HOST: "tcp://h", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs" };
    expect(await candidates({ env, userHome: home })).toMatchObject([{ tls: { dir: "/certs" } }]);
  });

  it("takes the context that is chosen by variable, else by the configuration", async () => {
    await context("colima", { Host: "unix:///colima.sock", SkipTLSVerify: false });
    await context("other", { Host: "ssh://me@host" });
    await writeFile(join(home, ".docker/config.json"), JSON.stringify({ currentContext: "colima" }));
    expect(await candidates({ env: {}, userHome: home })).toMatchObject([
      { origin: 'Docker context "colima"', host: "unix:///colima.sock" },
    ]);
    expect(await candidates({ env: { DOCKER_CONTEXT: "other" }, userHome: home })).toMatchObject([
      { host: "ssh://me@host" },
    ]);
    const sockets = await candidates({ env: { DOCKER_CONTEXT: "default" }, userHome: home });
    expect(sockets.map(({ host }) => host)).toContain("unix:///var/run/docker.sock");
  });

  it("looks in DOCKER_CONFIG for contexts", async () => {
    await context("colima", { Host: "unix:///colima.sock" });
    const env = { DOCKER_CONFIG: join(home, ".docker"), DOCKER_CONTEXT: "colima" };
    expect(await candidates({ env, userHome: "/nonexistent" })).toMatchObject([{ host: "unix:///colima.sock" }]);
  });

  it("looks where Desktop, Colima, Rancher and rootless engines listen", () => {
    expect(usualSockets({ env: { XDG_RUNTIME_DIR: "/run/user/7" }, userHome: "/home/u" })).toEqual(
      expect.arrayContaining([
        "/run/user/7/docker.sock",
        "/home/u/.docker/run/docker.sock",
        "/home/u/.colima/default/docker.sock",
        "/home/u/.rd/docker.sock",
      ]),
    );
  });
});

describe("discoverEngine", () => {
  it("finds an engine by one ping, with its version and clock", async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const host = await engineAt(join(home, "engine.sock"), { date });
    const engine = await discoverEngine({ env: { DOCKER_HOST: host }, userHome: home });
    expect(engine.answer.version).toBe("24.0.7");
    expect(engine.majorVersion).toBe(24);
    expect(Math.round(engine.answer.clockSkewMs / 600_000)).toBe(6);
    engine.close();
  });

  it("gives every reason when nothing answers", async () => {
    const env = { DOCKER_HOST: `unix://${home}/nothing.sock` };
    await expect(discoverEngine({ env, userHome: home })).rejects.toMatchObject({
      code: "BB_ENGINE_UNAVAILABLE",
      message: expect.stringMatching(/DOCKER_HOST: unix:.*nothing\.sock: no such socket/),
      hint: expect.stringContaining("Start Docker"),
    });
    await expect(discoverEngine({ env: { DOCKER_CONTEXT: "gone" }, userHome: home })).rejects.toMatchObject({
      message: expect.stringContaining('no Docker context "gone"'),
    });
  });

  it("does not use a context that switches the check of certificates off", async () => {
    await context("careless", { Host: "tcp://engine.example.com:2376", SkipTLSVerify: true });
    await expect(discoverEngine({ env: { DOCKER_CONTEXT: "careless" }, userHome: home })).rejects.toMatchObject({
      message: expect.stringContaining("check of certificates off"),
    });
  });

  it("never speaks plain tcp to another machine", async () => {
    const env = { DOCKER_HOST: "tcp://192.0.2.1:2375" };
    await expect(discoverEngine({ env, userHome: home })).rejects.toMatchObject({ code: "BB_ENGINE_REFUSED" });
  });

  it("takes a server that is no engine for none", async () => {
    const path = join(home, "web.sock");
    const server = createServer((_request, answer) => answer.writeHead(404).end());
    servers.push(server);
    await once(server.listen(path), "listening");
    await expect(discoverEngine({ env: { DOCKER_HOST: `unix://${path}` }, userHome: home })).rejects.toMatchObject({
      message: expect.stringContaining("HTTP status 404"),
    });
  });
});
