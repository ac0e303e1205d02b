import { describe, expect, it } from "@jest/globals";
import { checkPackages, packagesDockerfile } from "../../../src/images/agent-image.ts";

describe("checkPackages", () => {
  it("takes names with versions", () => {
    checkPackages({
      apt: ["ripgrep", "g++", "libc6:amd64", "jq=1.7.1-3+b1"],
      npm: ["left-pad", "@scope/name@^1.2.3", "x@latest"],
    });
  });

  it.each([
    { apt: ["-oAPT::x=y"], npm: [] },
    { apt: ["jq; rm -rf /"], npm: [] },
    { apt: ["$(id)"], npm: [] },
    { apt: ["a\nRUN evil"], npm: [] },
    { apt: [], npm: ["--registry=http://evil"] },
    { apt: [], npm: ["https://evil/x.tgz"] },
    { apt: [], npm: ["git+ssh://x"] },
    { apt: [], npm: ["x'y"] },
    { apt: [], npm: ["../folder"] },
    { apt: [], npm: [""] },
  ])("refuses %j", (packages) => {
    expect(() => {
      checkPackages(packages);
    }).toThrow(expect.objectContaining({ code: "BB_MANIFEST_INVALID" }));
  });
});

describe("packagesDockerfile", () => {
  it("adds only what is asked for", () => {
    expect(packagesDockerfile("base:1", { apt: ["jq", "tree"], npm: [] })).toMatch(
      /^FROM base:1\nUSER root\nRUN apt-get update .* jq tree /,
    );
    expect(packagesDockerfile("base:1", { apt: [], npm: ["x@^1"] })).toContain(
      "npm install --global --no-audit --no-fund 'x@^1'",
    );
    expect(packagesDockerfile("base:1", { apt: [], npm: ["x"] })).not.toContain("apt-get");
  });
});
