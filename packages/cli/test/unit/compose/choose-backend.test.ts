import { type BottleBackend, BotBottleError } from "@bot-bottle/core";
import type { Config } from "@bot-bottle/core/manifest";
import type { BackendRegistry } from "@bot-bottle/core/plugins";
import { describe, expect, it } from "@jest/globals";
import { chooseBackend } from "../../../src/compose/choose-backend.ts";
import { testContext } from "../support/context.ts";

const down = new BotBottleError("BB_ENGINE_PERMISSION", "The socket refuses this user.", { hint: "Join the group." });

const backend = (name: string, isUp: boolean): BottleBackend =>
  ({
    name,
    isAvailable: async () => isUp,
    listActive: async () => {
      if (!isUp) throw down;
      return [];
    },
  }) as unknown as BottleBackend;

function registry(...all: readonly BottleBackend[]): BackendRegistry {
  return {
    names: all.map(({ name }) => name),
    get: async (name: string) => {
      const found = all.find((one) => one.name === name);
      if (found === undefined) throw new BotBottleError("BB_BACKEND_UNKNOWN", name);
      return found;
    },
  };
}

interface Given {
  readonly flag?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly defaultBackend?: string;
  readonly dryRun?: boolean;
}

async function choose({ flag, env = {}, defaultBackend, dryRun = false }: Given, backends: BackendRegistry) {
  using context = testContext({ env });
  const config = { defaultBackend } as unknown as Config;
  return (await chooseBackend(context, { flag, config, backends, dryRun })).name;
}

describe("chooseBackend", () => {
  const all = registry(backend("one", false), backend("two", true), backend("three", true));

  it("takes the flag, then the variable, then the configuration, then the first that answers", async () => {
    const env = { BOT_BOTTLE_BACKEND: "three" };
    expect(await choose({ flag: "one", env, defaultBackend: "two" }, all)).toBe("one");
    expect(await choose({ env, defaultBackend: "two" }, all)).toBe("three");
    expect(await choose({ env: { BOT_BOTTLE_BACKEND: "" }, defaultBackend: "one" }, all)).toBe("one");
    expect(await choose({}, all)).toBe("two");
    expect(await choose({ dryRun: true }, all)).toBe("one");
  });

  it("says why when none answers: in the only one's words, or in each one's", async () => {
    await expect(choose({}, registry(backend("one", false)))).rejects.toBe(down);
    await expect(choose({}, registry(backend("one", false), backend("two", false)))).rejects.toMatchObject({
      code: "BB_ENGINE_UNAVAILABLE",
      hint: expect.stringMatching(/^one: The socket refuses this user\.\ntwo: [^]*doctor/),
    });
    await expect(choose({ flag: "four" }, all)).rejects.toMatchObject({ code: "BB_BACKEND_UNKNOWN" });
  });
});
