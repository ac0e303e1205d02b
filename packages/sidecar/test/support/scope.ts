import { afterEach } from "@jest/globals";
import { type BottleOptions, startBottle, type TestBottle } from "./bottle.ts";

/** Things that are closed after each test, newest first. */
export function testScope() {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  return {
    keep<T extends { close(): unknown }>(thing: T): T {
      closers.push(() => thing.close());
      return thing;
    },
    async bottle(options: BottleOptions): Promise<TestBottle> {
      const bottle = await startBottle(options);
      closers.push(() => bottle.close());
      return bottle;
    },
  };
}
