import { describe, expect, it } from "@jest/globals";
import { parseHostKey } from "../../../../src/manifest/rules/host-key.ts";

function blob(type: string, rest = "x".repeat(32)): string {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(rest)]).toString("base64");
}

describe("parseHostKey", () => {
  it("cuts the comment", () => {
    const key = `ssh-ed25519 ${blob("ssh-ed25519")}`;
    expect(parseHostKey(key)).toBe(key);
    expect(parseHostKey(`${key} root@host now`)).toBe(key);
  });

  it.each([
    "ssh-ed25519",
    "ssh-ed25519 AAAA",
    `ssh-ed25519 ${blob("ssh-rsa")}`,
    `ssh-ed25519 ${blob("ssh-ed25519", "")}`,
    "ssh-ed25519 /////w==",
  ])("refuses %s", (text) => {
    expect(parseHostKey(text)).toBeUndefined();
  });
});
