import { describe, expect, it } from "@jest/globals";
import { endTreeCommand, sessionMark } from "../../src/session-tree.ts";

describe("sessionMark", () => {
  it("is no part of a longer session's mark", () => {
    expect(sessionMark("agent2")).not.toContain(sessionMark("agent"));
    expect(sessionMark("my-agent")).not.toContain(sessionMark("agent"));
  });

  it.each(["", "a b", "a=b", "x\n", "a:b", "x".repeat(65)])("refuses %j", (name) => {
    expect(() => sessionMark(name)).toThrow(TypeError);
  });
});

describe("endTreeCommand", () => {
  it("passes the mark as an argument, never as a part of the script", () => {
    const [shell, flag, script, name, mark, rounds] = endTreeCommand("BOT_BOTTLE_EXEC=0123", true);
    expect([shell, flag, name, mark, rounds]).toEqual(["/bin/sh", "-c", "sh", "BOT_BOTTLE_EXEC=0123", "10"]);
    expect(script).not.toContain("0123");
  });
});
