import * as core from "@bot-bottle/core";
import { type PreparingBackend, printParity } from "@bot-bottle/core/testing";
import { describe, expect, it } from "@jest/globals";
import plugin from "../../src/index.ts";

const backend = plugin.create({ core, env: {}, packageDir: import.meta.dirname }) as PreparingBackend;

describe("the Docker backend asks the same question as every other", () => {
  it.each(printParity)("$title", async ({ run }) => {
    await expect(run(backend)).resolves.toBeUndefined();
  });
});
