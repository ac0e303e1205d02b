import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { formatEngineAddress, parseEngineAddress } from "../../../src/client/address.ts";
import { sshArguments } from "../../../src/client/ssh-connection.ts";

describe("parseEngineAddress", () => {
  it.each([
    ["unix:///var/run/docker.sock", { kind: "unix", path: "/var/run/docker.sock" }],
    ["tcp://127.0.0.1:2375", { kind: "tcp", host: "127.0.0.1", port: 2375 }],
    ["tcp://[::1]:2375", { kind: "tcp", host: "::1", port: 2375 }],
    ["tcp://localhost", { kind: "tcp", host: "localhost", port: 2375 }],
    ["ssh://build.example.com", { kind: "ssh", host: "build.example.com", user: undefined, port: undefined }],
    ["ssh://me@build.example.com:2222/", { kind: "ssh", host: "build.example.com", user: "me", port: 2222 }],
  ])("reads %s", async (text, address) => {
    expect(await parseEngineAddress(text)).toEqual(address);
  });

  it.each([
    ["tcp://192.168.1.5:2375", "plain tcp"],
    ["tcp://engine.example.com", "plain tcp"],
    ["tcp://0.0.0.0:2375", "plain tcp"],
    ["tcp://127.evil.example.com:2375", "plain tcp"],
    ["tcp://localhost.evil.example.com", "plain tcp"],
    ["ssh://-oProxyCommand=touch%20x", "host name"],
    ["ssh://-oProxyCommand=x@host", "user name"],
    ["ssh://host;touch x", "not an address"],
    ["ssh://host$(touch)", "host name"],
    ["ssh://a%20b@host", "user name"],
    ["ssh://me:secret@host", "password"],
    ["ssh://host/var/run/docker.sock", "more than a machine"],
    ["http://127.0.0.1:2375", "not supported"],
    ["npipe:////./pipe/docker_engine", "not supported"],
    ["unix://docker.sock", "absolute path"],
    ["not an address", "not an address"],
  ])("refuses %s", async (text, why) => {
    const work = parseEngineAddress(text);
    await expect(work).rejects.toMatchObject({
      code: "BB_ENGINE_REFUSED",
      message: expect.stringContaining(why),
    });
    await expect(work).rejects.not.toMatchObject({ message: expect.stringContaining("secret") });
  });

  it("speaks TLS to another machine with the files of a folder", async () => {
    const dir = await mkdtemp(join(tmpdir(), "bb-tls-"));
    await expect(parseEngineAddress("tcp://engine.example.com", { dir })).rejects.toMatchObject({
      code: "BB_ENGINE_UNAVAILABLE",
      message: expect.stringContaining("ENOENT"),
    });
    await Promise.all(["ca", "cert", "key"].map((name) => writeFile(join(dir, `${name}.pem`), name)));
    expect(await parseEngineAddress("tcp://engine.example.com", { dir })).toEqual({
      kind: "tcp",
      host: "engine.example.com",
      port: 2376,
      tls: { ca: Buffer.from("ca"), cert: Buffer.from("cert"), key: Buffer.from("key") },
    });
  });

  it.each(["unix:///run/x.sock", "tcp://127.0.0.1:2375", "tcp://[::1]:2375", "ssh://me@host:22", "ssh://host"])(
    "writes %s as it was read",
    async (text) => {
      expect(formatEngineAddress(await parseEngineAddress(text))).toBe(text);
    },
  );
});

describe("sshArguments", () => {
  it("asks nothing, and ends its options before the host", () => {
    const argv = sshArguments({ kind: "ssh", host: "h", user: "u", port: 22 });
    expect(argv).toEqual(expect.arrayContaining(["BatchMode=yes", "-l", "u", "-p", "22"]));
    expect(argv.slice(argv.indexOf("--"))).toEqual(["--", "h", "docker", "system", "dial-stdio"]);
  });
});
