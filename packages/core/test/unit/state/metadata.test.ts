import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readMetadata, updateMetadata } from "../../../src/state/metadata.ts";
import { sampleMetadata, SLUG } from "../../support/sample-metadata.ts";
import { tempHome } from "../../support/temp-home.ts";

function homeWithState() {
  const home = tempHome();
  mkdirSync(home.state(SLUG), { recursive: true });
  return home;
}

describe("metadata", () => {
  it("comes back as it was written, and only its user may read it", async () => {
    const home = homeWithState();
    const metadata = sampleMetadata({
      workspaceBase: "a".repeat(40),
      endpoints: { egress: "http://egress:9099", dns: "x" },
    });
    await updateMetadata(home, metadata);
    expect(await readMetadata(home, SLUG)).toEqual(metadata);
    expect(statSync(join(home.state(SLUG), "metadata.json")).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["of another version", { ...sampleMetadata(), schemaVersion: 2 }],
    ["of another slug", { ...sampleMetadata(), slug: "other-abcde" }],
    ["without a nonce", { ...sampleMetadata(), nonce: undefined }],
    ["with a nonce that is no text", { ...sampleMetadata(), nonce: 7 }],
    ["that is null", null],
    ["that is a list", []],
  ])("knows nothing of metadata %s", async (_title, value) => {
    const home = homeWithState();
    writeFileSync(join(home.state(SLUG), "metadata.json"), JSON.stringify(value));
    expect(await readMetadata(home, SLUG)).toBeUndefined();
  });

  it("knows nothing where there is none, or half of one", async () => {
    const home = homeWithState();
    expect(await readMetadata(home, SLUG)).toBeUndefined();
    writeFileSync(join(home.state(SLUG), "metadata.json"), '{"schemaVersion":1');
    expect(await readMetadata(home, SLUG)).toBeUndefined();
  });
});
