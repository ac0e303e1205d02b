import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { execInContainer } from "../../src/exec.ts";
import type { Container } from "../../src/open-exec.ts";

/** A machine so busy that no program in it ever comes to its end. */
function stuckContainer(): { readonly container: Container; readonly started: string[][] } {
  const started: string[][] = [];
  const exec = async ({ Cmd }: { readonly Cmd: string[] }) => {
    started.push(Cmd);
    return {
      start: async () => new PassThrough(),
      inspect: async () => ({ Running: true, ExitCode: null, Pid: 1 }),
    };
  };
  const engine = { docker: async () => ({ getContainer: () => ({ exec }) }) };
  return { container: { engine, id: "c1", title: "the bottle" } as unknown as Container, started };
}

const REQUEST = { argv: ["work"], user: "node", cwd: "/" };

describe("a program in a machine that is too busy to end anything", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it("is given up at its time limit, after one try to end it", async () => {
    const { container, started } = stuckContainer();
    const running = execInContainer(container, { ...REQUEST, timeoutMs: 1_000 }).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(11_000);
    expect(await Promise.race([running, Promise.resolve("still waiting")])).toMatchObject({ code: "BB_PROVISION" });
    expect(started).toHaveLength(2);
  });

  it("is given up when it is stopped, after one try to end it", async () => {
    const { container, started } = stuckContainer();
    const stop = new AbortController();
    const running = execInContainer(container, { ...REQUEST, signal: stop.signal }).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(1);
    stop.abort();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await Promise.race([running, Promise.resolve("still waiting")])).toMatchObject({ code: "BB_ABORTED" });
    expect(started).toHaveLength(2);
  });
});
