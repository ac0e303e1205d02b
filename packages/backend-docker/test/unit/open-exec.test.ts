import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Engine } from "../../src/client/engine.ts";
import { EngineAgent } from "../../src/client/engine-agent.ts";
import { openExec } from "../../src/open-exec.ts";

const REQUEST = { argv: ["true"], user: "0", cwd: "/", env: {}, tty: false };

describe("an exec that the engine creates and then refuses to start", () => {
  let folder: string;
  let server: Server;
  let agent: EngineAgent;
  let engine: Engine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bb-exec-"));
    const path = join(folder, "engine.sock");
    server = createServer((request, answer) => {
      request.resume();
      const isCreate = request.url?.endsWith("/exec") === true;
      answer.writeHead(isCreate ? 201 : 409, { "content-type": "application/json" });
      answer.end(JSON.stringify(isCreate ? { Id: "e1" } : { message: "Container c1 is not running" }));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const address = { kind: "unix", path } as const;
    agent = new EngineAgent({ address, env: {} });
    engine = new Engine({ address, origin: "test", agent, answer: { clockSkewMs: 0 } as never });
  });
  afterEach(async () => {
    agent.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it.each([true, false])(
    "leaves no connection in use, which would keep the process alive (stdin: %s)",
    async (stdin) => {
      const container = { engine, id: "c1", title: "the sidecar" };
      await expect(openExec(container, { ...REQUEST, stdin })).rejects.toMatchObject({ code: "BB_BOTTLE_NOT_FOUND" });
      await new Promise((resolve) => setImmediate(resolve));
      expect(Object.values(agent.sockets).flat()).toEqual([]);
    },
  );
});
