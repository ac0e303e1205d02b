import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { buildProxies } from "../../../src/images/build-proxies.ts";

describe("buildProxies", () => {
  it("reads the default proxies of Docker's own client, both spellings", async () => {
    const dir = await mkdtemp(join(tmpdir(), "bb-docker-"));
    expect(await buildProxies(dir)).toEqual({});
    await writeFile(
      join(dir, "config.json"),
      JSON.stringify({ proxies: { default: { httpsProxy: "http://proxy:3128" } } }),
    );
    expect(await buildProxies(dir)).toEqual({ https_proxy: "http://proxy:3128", HTTPS_PROXY: "http://proxy:3128" });
    await writeFile(join(dir, "config.json"), "{ not json");
    expect(await buildProxies(dir)).toEqual({});
  });
});
