import { mkdirSync, writeFileSync } from "node:fs";
import { DEFAULT_CONFIG } from "@bot-bottle/core/manifest";
import { describe, expect, it } from "@jest/globals";
import { checkConfig } from "../../../src/doctor/check-config.ts";
import { testContext } from "../support/context.ts";

describe("checkConfig", () => {
  it("has nothing to say about a config.yml that is right, or not there", async () => {
    using context = testContext();
    expect(await checkConfig(context)).toEqual({ config: DEFAULT_CONFIG, failure: undefined });
    mkdirSync(context.home.root);
    writeFileSync(context.home.config, "default_backend: docker\n");
    expect(await checkConfig(context)).toMatchObject({ config: { defaultBackend: "docker" }, failure: undefined });
  });

  it("goes on with the defaults when it is broken, and says where", async () => {
    using context = testContext();
    mkdirSync(context.home.root);
    writeFileSync(context.home.config, "default_backnd: docker\n");
    expect(await checkConfig(context)).toMatchObject({
      config: DEFAULT_CONFIG,
      failure: { status: "fail", detail: expect.stringMatching(/config\.yml:1:1: .*did you mean "default_backend"/) },
    });
  });
});
