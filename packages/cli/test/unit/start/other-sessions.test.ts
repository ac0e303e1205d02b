import { mkdirSync, readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isOwnerAlive, type Slug, takeLock } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { awaitOthers, holdBottle } from "../../../src/start/other-sessions.ts";
import { testContext } from "../support/context.ts";

const SLUG = "dev-abcde" as Slug;
const { signal } = new AbortController();
const unexpected = (): void => {
  throw new Error("nobody is attached");
};

describe("sessions of other processes", () => {
  it("make the launching process wait until the last one has ended", async () => {
    using context = testContext();
    const { home } = context;
    mkdirSync(home.state(SLUG), { recursive: true });
    const unlock = await takeLock(home.state(SLUG));
    const [one, two] = [await holdBottle(home, SLUG), await holdBottle(home, SLUG)];
    let waits = 0;
    let isDone = false;
    const waiting = awaitOthers(home, SLUG, { signal, onWait: () => (waits += 1) }).then(() => (isDone = true));
    await one();
    await delay(400);
    expect([isDone, waits]).toEqual([false, 1]);
    await two();
    await waiting;
    await unlock();
    expect(readdirSync(home.state(SLUG))).toEqual([]);
  });

  it("own a bottle whose launching process is gone", async () => {
    using context = testContext();
    const { home } = context;
    mkdirSync(home.state(SLUG), { recursive: true });
    const release = await holdBottle(home, SLUG);
    expect(await isOwnerAlive(home.state(SLUG))).toBe(true);
    await awaitOthers(home, SLUG, { signal, onWait: unexpected });
    await release();
    expect(await isOwnerAlive(home.state(SLUG))).toBe(false);
  });

  it("stop being waited for when the launching process is stopped, or its state is gone", async () => {
    using context = testContext();
    const { home } = context;
    await awaitOthers(home, SLUG, { signal, onWait: unexpected });
    mkdirSync(home.state(SLUG), { recursive: true });
    const unlock = await takeLock(home.state(SLUG));
    const release = await holdBottle(home, SLUG);
    const stop = new AbortController();
    const onWait = (): void => {
      stop.abort();
    };
    await expect(awaitOthers(home, SLUG, { signal: stop.signal, onWait })).rejects.toMatchObject({
      name: "AbortError",
    });
    await release();
    await unlock();
  });
});
