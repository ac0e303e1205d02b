import { symlinkSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { DEFAULT_CONFIG } from "../../../src/manifest/config.ts";
import { loadConfig } from "../../../src/manifest/load-config.ts";
import { makeHome } from "./support/home.ts";

describe("loadConfig", () => {
  it("gives the defaults without a file", async () => {
    const { home } = makeHome();
    await expect(loadConfig(home)).resolves.toBe(DEFAULT_CONFIG);
  });

  it("reads the file, a linked one too", async () => {
    const files = makeHome();
    symlinkSync(
      files.write("elsewhere.yml", "default_backend: docker\nrepositories: { ~/src/a: dev }\n"),
      files.home.config,
    );
    const config = await loadConfig(files.home, files.userHome);
    expect(config.defaultBackend).toBe("docker");
    expect(config.repositories).toMatchObject([{ path: `${files.userHome}/src/a`, bottle: "dev" }]);
  });

  it("refuses a home that is a file, with a code", async () => {
    const files = makeHome({ x: "" });
    const home = { ...files.home, config: `${files.home.root}/x/config.yml` };
    await expect(loadConfig(home)).rejects.toMatchObject({ code: "BB_HOME_UNUSABLE" });
  });

  it("refuses a link to nothing", async () => {
    const files = makeHome({ x: "" });
    symlinkSync("/nowhere", files.home.config);
    await expect(loadConfig(files.home)).rejects.toMatchObject({ code: "BB_MANIFEST_READ" });
  });
});
