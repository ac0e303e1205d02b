import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { discoverEngine } from "../../src/client/discover.ts";
import { DockerBottleBackend } from "../../src/docker-backend.ts";
import { makeCertificates } from "../support/certificates.ts";
import { describeWithEngine } from "../support/engine.ts";
import { type Fixture, makeFixture } from "../support/fixture.ts";
import { sshAbsence, type SshServer, startSshServer } from "../support/ssh-server.ts";

const PROBE = ["/bin/sh", "-c", "sha256sum | cut -c1-64; echo err >&2; exit 5"];

/** A launch, an exec with more input than any buffer holds, and the end, over one way to the engine. */
async function useEngine(fixture: Fixture): Promise<void> {
  const bottle = await fixture.launch();
  try {
    const bytes = randomBytes(3_000_000);
    const { createHash } = await import("node:crypto");
    expect(await bottle.exec({ argv: PROBE, stdin: bytes })).toEqual({
      exitCode: 5,
      stdout: `${createHash("sha256").update(bytes).digest("hex")}\n`,
      stderr: "err\n",
    });
    await bottle.writeFile("/home/node/file", bytes, 0o600);
    expect(Buffer.compare(await bottle.copyOut("/home/node/file", bytes.length), bytes)).toBe(0);
    const stopped = bottle.exec({ argv: ["sleep", "100"], timeoutMs: 500 });
    await expect(stopped).rejects.toMatchObject({ code: "BB_PROVISION" });
  } finally {
    await bottle.destroy();
  }
  expect(await fixture.left()).toEqual([]);
}

describeWithEngine("engine", () => {
  it("is found at the usual socket, with its version", async () => {
    const engine = await discoverEngine({ env: {}, userHome: "/nonexistent" });
    expect(engine.address).toEqual({ kind: "unix", path: "/var/run/docker.sock" });
    expect(engine.majorVersion).toBeGreaterThan(0);
    expect(Math.abs(engine.answer.clockSkewMs)).toBeLessThan(60_000);
    expect(await engine.hostAddresses()).toContain("127.0.0.1");
    engine.close();
  });

  if (process.getuid?.() !== 0) it.todo("says what to do for a user who may not use the socket: needs root");
  else
    it("says what to do for a user who may not use the socket (as root only)", async () => {
      const nobody = 65_534;
      process.setegid?.(nobody);
      process.seteuid?.(nobody);
      const work = discoverEngine({ env: {}, userHome: "/nonexistent" });
      await work.catch(() => undefined);
      process.seteuid?.(0);
      process.setegid?.(0);
      await expect(work).rejects.toMatchObject({
        code: "BB_ENGINE_PERMISSION",
        message: expect.stringContaining("/var/run/docker.sock"),
        hint: expect.stringContaining("usermod -aG docker"),
      });
    });

  it("answers doctor, and doctor says when it does not", async () => {
    const backend = new DockerBottleBackend({ env: process.env });
    const results = await backend.checks({ networkPool: "10.203.0.0/16" });
    const ids = results.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining([
        "docker.engine",
        "docker.version",
        "docker.pool",
        "docker.images",
        "docker.limits",
        "docker.init",
      ]),
    );
    expect(results.filter(({ status }) => status === "fail")).toEqual([]);
    const nowhere = new DockerBottleBackend({ env: { DOCKER_HOST: "unix:///nonexistent.sock" } });
    expect(await nowhere.checks({ networkPool: "10.203.0.0/16" })).toEqual([
      expect.objectContaining({ id: "docker.engine", status: "fail", detail: expect.stringContaining("nonexistent") }),
    ]);
    expect(await nowhere.isAvailable()).toBe(false);
    expect(await backend.isAvailable()).toBe(true);
    const [pool] = (await backend.checks({ networkPool: "nonsense" })).filter(({ id }) => id === "docker.pool");
    expect(pool).toMatchObject({ status: "fail", detail: expect.stringContaining("nonsense") });
  });

  describe("over TLS", () => {
    let server: Server;
    let dir: string;
    let env: NodeJS.ProcessEnv;

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), "bb-tls-"));
      makeCertificates(join(dir, "good"));
      makeCertificates(join(dir, "other"));
      const [ca, cert, key] = await Promise.all(
        ["ca", "cert", "key"].map((name) => readFile(join(dir, "good", `${name}.pem`))),
      );
      server = createTlsServer(
        { ca, cert, key, requestCert: true, rejectUnauthorized: true, allowHalfOpen: true },
        (client) => {
          const engine = connect({ path: "/var/run/docker.sock", allowHalfOpen: true });
          client.on("error", () => engine.destroy());
          engine.on("error", () => client.destroy());
          client.pipe(engine).pipe(client);
        },
      );
      await once(server.listen(0, "127.0.0.1"), "listening");
      const { port } = server.address() as AddressInfo;
      env = { DOCKER_HOST: `tcp://localhost:${port}`, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: join(dir, "good") };
    });
    afterAll(async () => {
      server.close();
      await rm(dir, { recursive: true });
    });

    it("works like a local one", async () => {
      const fixture = await makeFixture({ env });
      try {
        await useEngine(fixture);
      } finally {
        await fixture.dispose();
      }
    });

    it("is refused when it cannot prove who it is", async () => {
      const work = discoverEngine({ env: { ...env, DOCKER_CERT_PATH: join(dir, "other") }, userHome: "/nonexistent" });
      await expect(work).rejects.toMatchObject({
        code: "BB_ENGINE_UNAVAILABLE",
        message: expect.stringMatching(/certificate|verify/i),
      });
    });
  });

  (sshAbsence === undefined ? describe : describe.skip)(`over ssh (${sshAbsence ?? "real sshd"})`, () => {
    let server: SshServer;
    const env = (): NodeJS.ProcessEnv => ({
      PATH: server.path,
      DOCKER_HOST: `ssh://${userInfo().username}@127.0.0.1:${server.port}`,
    });

    beforeAll(async () => {
      server = await startSshServer();
    });
    afterAll(() => server.stop());

    it("works like a local one", async () => {
      const fixture = await makeFixture({ env: env() });
      try {
        await useEngine(fixture);
      } finally {
        await fixture.dispose();
      }
    });

    it("is refused while its host key is not known", async () => {
      await server.know(false);
      const work = discoverEngine({ env: env(), userHome: "/nonexistent" });
      await expect(work).rejects.toMatchObject({
        code: "BB_ENGINE_UNAVAILABLE",
        message: expect.stringContaining("Host key verification failed"),
        hint: expect.stringContaining("compare the host key"),
      });
      await server.know(true);
    });

    it("is not found when nothing listens there, or without ssh", async () => {
      const nowhere = { ...env(), DOCKER_HOST: "ssh://127.0.0.1:9" };
      await expect(discoverEngine({ env: nowhere, userHome: "/nonexistent" })).rejects.toMatchObject({
        code: "BB_ENGINE_UNAVAILABLE",
        message: expect.stringMatching(/refused/i),
      });
      await expect(discoverEngine({ env: { ...env(), PATH: "" }, userHome: "/nonexistent" })).rejects.toMatchObject({
        message: expect.stringContaining("no program ssh"),
      });
    });
  });
});
