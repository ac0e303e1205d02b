import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, jest } from "@jest/globals";
import { createSidecarClient } from "../../../src/sidecar/client.ts";
import { orStop, within } from "../../../src/sidecar/within.ts";
import { FakeSidecar } from "../../../src/testing/fake-sidecar.ts";

const never = new Promise<never>(() => undefined);

describe("orStop", () => {
  it("gives the result of work that ends in time", async () => {
    const late = jest.fn();
    const stop = new AbortController();
    expect(await orStop(Promise.resolve("done"), stop.signal, late)).toBe("done");
    await expect(orStop(Promise.reject(new Error("broke")), stop.signal, late)).rejects.toThrow("broke");
    stop.abort();
    await delay(1);
    expect(late).not.toHaveBeenCalled();
  });

  it("does not wait longer than until the stop, and hands on what comes after it", async () => {
    const late = jest.fn();
    const stop = new AbortController();
    const work = delay(20, "late");
    const waiting = orStop(work, stop.signal, late);
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    expect(late).not.toHaveBeenCalled();
    await work;
    await delay(1);
    expect(late.mock.calls).toEqual([["late"]]);
  });

  it("does not even begin to wait when it is stopped already", async () => {
    await expect(orStop(never, AbortSignal.abort(new Error("before")), jest.fn())).rejects.toThrow("before");
  });

  it("leaves no failure of late work unheard", async () => {
    const stop = new AbortController();
    const waiting = orStop(
      delay(5).then(() => Promise.reject(new Error("too late"))),
      stop.signal,
      jest.fn(),
    );
    stop.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    await delay(20);
  });
});

describe("within", () => {
  const limits = { timeoutMs: 1000, stop: new AbortController().signal };

  it("gives the result and leaves the channel open", async () => {
    const client = createSidecarClient(new FakeSidecar().connect());
    await within(client, limits, () => client.call("health", {}));
    await expect(client.call("health", {})).resolves.toMatchObject({ configured: false });
    client.close();
  });

  it("closes the channel of a sidecar that does not answer, and says so", async () => {
    const sidecar = new FakeSidecar();
    sidecar.silent.add("health");
    const client = createSidecarClient(sidecar.connect());
    await expect(within(client, { ...limits, timeoutMs: 30 }, () => client.call("health", {}))).rejects.toMatchObject({
      code: "BB_SIDECAR",
      message: "The sidecar did not answer within 0.03 s.",
    });
    expect(await client.closed).toBeUndefined();
  });

  it("ends at the stop, with its reason", async () => {
    const sidecar = new FakeSidecar();
    sidecar.silent.add("health");
    const client = createSidecarClient(sidecar.connect());
    const stop = new AbortController();
    const asking = within(client, { ...limits, stop: stop.signal }, () => client.call("health", {}));
    stop.abort(new Error("stopped by hand"));
    await expect(asking).rejects.toThrow("stopped by hand");
    expect(await client.closed).toBeUndefined();
  });

  it("asks nothing after the stop", async () => {
    const sidecar = new FakeSidecar();
    const client = createSidecarClient(sidecar.connect());
    const exchange = jest.fn<() => Promise<void>>();
    await expect(within(client, { ...limits, stop: AbortSignal.abort() }, exchange)).rejects.toThrow("aborted");
    expect(exchange).not.toHaveBeenCalled();
  });

  it("passes on what the exchange throws, and closes the channel", async () => {
    const client = createSidecarClient(new FakeSidecar().connect());
    await expect(within(client, limits, () => client.call("audit.end", {}))).rejects.toThrow("not_configured");
    expect(await client.closed).toBeUndefined();
  });
});
