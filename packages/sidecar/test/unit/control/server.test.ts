import { once } from "node:events";
import { mkdtempSync, statSync } from "node:fs";
import { connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createSidecarClient, type SidecarClient, verifyTrail } from "@bot-bottle/core";
import { startControlServer } from "../../../src/control/server.ts";
import { ControlService } from "../../../src/control/service.ts";
import { configurationOf, launch, route, testIo } from "../../support/bottle.ts";

let path: string;
let server: Server;
let service: ControlService;
const clients: SidecarClient[] = [];

beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), "bb-control-")), "run", "control.sock");
  service = new ControlService(testIo({}, [], []));
  server = await startControlServer(path, service);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await service.runtime?.end();
  server.close();
});
function client(): SidecarClient {
  const made = createSidecarClient(connect(path));
  clients.push(made);
  return made;
}
async function raw(text: string): Promise<string> {
  const socket: Socket = connect(path);
  let received = "";
  socket.on("data", (chunk) => (received += chunk.toString()));
  socket.end(text);
  await once(socket, "close");
  return received;
}

describe("startControlServer", () => {
  it("is for its own user alone", () => {
    expect(statSync(join(path, "..")).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("takes the place of a socket that a dead process left", async () => {
    server.close();
    const again = await startControlServer(path, service);
    await expect(client().call("health", {})).resolves.toMatchObject({ configured: false });
    again.close();
  });

  it("speaks the whole protocol with core's client", async () => {
    const control = client();
    const lines: string[] = [];
    control.onEvent(({ line }) => lines.push(line));
    const configuration = await configurationOf({ routes: [route("api.example.com")] });
    const { endpoints } = await control.call("configure", configuration);
    expect(endpoints).toEqual({ egress: "http://egress:9099", dns: "127.0.0.1" });
    lines.push(...(await control.call("events.subscribe", { fromCount: 0 })).lines);
    await control.call("secrets.set", { values: { "env:A": "x" } });
    const page = await control.call("audit.end", {});
    expect(page.lines).toEqual([]); // the subscriber has had them
    expect(verifyTrail(lines, launch, { expectedHead: page.head })).toMatchObject({ ok: true, records: 3 });
    expect((await control.call("health", {})).rssBytes).toBeGreaterThan(0);
  });

  it("passes refusals on with their code", async () => {
    await expect(client().call("routes.get", {})).rejects.toMatchObject({
      code: "BB_SIDECAR",
      message: expect.stringContaining("has not been configured"),
    });
  });

  it("closes the channel on what is no call, and answers the rest", async () => {
    expect(await raw("not json\n")).toBe("");
    expect(await raw('{"id":"1","method":2}\n')).toBe("");
    expect(JSON.parse(await raw('{"jsonrpc":"2.0","id":1,"method":"nope"}\n'))).toMatchObject({
      error: { code: -32000 },
    });
  });

  it("ends a conversation when the other side has", async () => {
    expect(JSON.parse(await raw('{"jsonrpc":"2.0","id":1,"method":"health","params":{}}\n'))).toMatchObject({ id: 1 });
  });
});
