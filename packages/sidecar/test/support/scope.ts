import { afterEach } from "@jest/globals";
import { type BottleOptions, startBottle, type TestBottle } from "./bottle.ts";

interface TestScope {
  readonly keep: <T extends { close(): unknown }>(thing: T) => T;
  readonly bottle: (options: BottleOptions) => Promise<TestBottle>;
}

/** Things that are closed after each test, newest first. */
export function testScope(): TestScope {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return {
    keep: (thing) => {
      closers.push(() => thing.close());
      return thing;
    },
    bottle: async (options) => {
      const bottle = await startBottle(options);
      closers.push(() => bottle.close());
      return bottle;
    },
  };
}
