import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { BottleSpec } from "../../../src/bottle/spec.ts";
import { planImage } from "../../../src/prepare/plan-image.ts";
import { FakeProvider } from "../../../src/testing/fake-provider.ts";
import { sampleSpec } from "../../../src/testing/sample-spec.ts";
import { SLUG } from "../../support/sample-metadata.ts";
import { tempDir, tempHome } from "../../support/temp-home.ts";

const provider = new FakeProvider({ contextDir: "/provider", dockerfile: "Dockerfile", buildArgs: { VERSION: "1" } });
const packages = { apt: ["jq"], npm: [] };

function specWith(path?: string): BottleSpec {
  const dockerfile = path === undefined ? undefined : { path, from: "b.md:4:3" };
  return { ...sampleSpec, provider: { ...sampleSpec.provider, packages, dockerfile } };
}

function dockerfile(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "FROM scratch\n");
  return path;
}

describe("planImage", () => {
  it("takes the provider's own image when nothing else is there", async () => {
    expect(await planImage(specWith(), provider, { slug: SLUG, home: tempHome() })).toEqual({
      origin: "provider",
      contextDir: "/provider",
      dockerfile: "Dockerfile",
      buildArgs: { VERSION: "1" },
      packages,
    });
  });

  it("takes the first of the bottle's, the manifest's and the plugin's Dockerfile", async () => {
    const home = tempHome();
    const manifest = dockerfile(join(tempDir(), "Dockerfile.claude"));
    dockerfile(join(home.contrib, "fake", "Dockerfile"));
    const plan = (path?: string) => planImage(specWith(path), provider, { slug: SLUG, home });
    expect(await plan()).toMatchObject({
      origin: "plugin",
      contextDir: join(home.contrib, "fake"),
      dockerfile: "Dockerfile",
    });
    expect(await plan(manifest)).toMatchObject({
      origin: "manifest",
      contextDir: dirname(manifest),
      dockerfile: "Dockerfile.claude",
      buildArgs: { VERSION: "1" },
      packages,
    });
    dockerfile(join(home.state(SLUG), "Dockerfile"));
    expect(await plan(manifest)).toMatchObject({ origin: "override", contextDir: home.state(SLUG) });
  });

  it("refuses a manifest's Dockerfile that is not there, and does not fall back", async () => {
    const home = tempHome();
    dockerfile(join(home.contrib, "fake", "Dockerfile"));
    await expect(planImage(specWith("/nonexistent/Dockerfile"), provider, { slug: SLUG, home })).rejects.toMatchObject({
      code: "BB_IMAGE_MISSING",
      message: 'b.md:4:3: there is no Dockerfile at "/nonexistent/Dockerfile".',
    });
    await expect(planImage(specWith(tempDir()), provider, { slug: SLUG, home })).rejects.toMatchObject({
      code: "BB_IMAGE_MISSING",
    });
  });
});
