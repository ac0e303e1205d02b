import { PassThrough } from "node:stream";
import { describe, expect, it } from "@jest/globals";
import { confirm, secret, select } from "../../../src/ui/prompt.ts";
import { sink } from "../support/streams.ts";

/** A terminal on which somebody types, once the question is there. */
function typing(keys: string) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const stderr = sink({ isTTY: true });
  const controller = new AbortController();
  setTimeout(() => stdin.write(keys), 50);
  return { stdin, stderr, controller, asking: { stdin, stderr, signal: controller.signal } };
}

describe("questions", () => {
  it("take no for the default answer, and y for yes", async () => {
    expect(await confirm("Really?", typing("\r").asking)).toBe(false);
    expect(await confirm("Really?", typing("y").asking)).toBe(true);
  });

  it("choose with the arrows", async () => {
    const choices = ["a", "b", "c"].map((value) => ({ value, label: value, hint: `hint ${value}` }));
    expect(await select("Which?", choices, typing("\u001b[B\r").asking)).toBe("b");
  });

  it("never show a secret", async () => {
    const { asking, stderr } = typing("t0ken-value\r");
    expect(await secret("Token?", asking)).toBe("t0ken-value");
    expect(stderr.text).not.toContain("t0ken");
    expect(stderr.text).toContain("Token?");
  });

  it("end with Ctrl-C, Escape and a signal", async () => {
    const left = { code: "BB_ABORTED" };
    await expect(confirm("Really?", typing("\u0003").asking)).rejects.toMatchObject(left);
    const { asking, controller } = typing("");
    setTimeout(() => {
      controller.abort();
    }, 50);
    await expect(secret("Token?", asking)).rejects.toMatchObject(left);
  });

  it("pass on nothing that a terminal would obey", async () => {
    const { asking, stderr } = typing("\r");
    await confirm("Really\u001b]52;c;ZXZpbA==\u0007?", asking);
    expect(stderr.text).not.toContain("\u001b]52");
  });
});
