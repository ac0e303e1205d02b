import { describe, expect, it } from "@jest/globals";
import { leavesRepository, riskOfPath } from "../../../src/workspace/risky-paths.ts";

describe("riskOfPath", () => {
  it.each([
    [".gitattributes", "git"],
    ["deep/.gitmodules", "git"],
    [".husky/pre-commit", "git"],
    [".githooks/post-merge", "git"],
    [".vscode/tasks.json", "editor"],
    ["x.code-workspace", "editor"],
    [".devcontainer/devcontainer.json", "editor"],
    [".envrc", "shell"],
    ["mise.toml", "shell"],
    ["package.json", "install"],
    ["packages/a/package.json", "install"],
    [".npmrc", "install"],
    ["pnpm-lock.yaml", "install"],
    ["setup.py", "install"],
    ["Makefile", "build"],
    ["build.rs", "build"],
    ["vite.config.ts", "build"],
    [".cargo/config.toml", "build"],
    [".github/workflows/ci.yml", "ci"],
    [".gitlab-ci.yml", "ci"],
    ["Jenkinsfile", "ci"],
    [".claude/settings.json", "agent"],
    ["AGENTS.md", "agent"],
    [".mcp.json", "agent"],
    [".bot-bottle/agents/x.md", "agent"],
  ])("%s: %s", (path, trigger) => {
    expect(riskOfPath(path)).toBe(trigger);
  });

  it.each(["src/index.ts", "README.md", "docs/package.json.md", "my.github/workflows.txt", "src/hook.ts"])(
    "%s: none",
    (path) => {
      expect(riskOfPath(path)).toBeUndefined();
    },
  );
});

describe("leavesRepository", () => {
  it.each([
    ["link", "/etc/passwd", true],
    ["link", "..", true],
    ["dir/link", "../..", true],
    ["dir/link", "a/../../../x", true],
    ["link", "dir/../.git/config", true],
    ["link", "file", false],
    ["dir/link", "../file", false],
    ["dir/link", "..", false],
    ["a/b/link", "../../c/./d", false],
  ])("%s → %s: %s", (path, target, leaves) => {
    expect(leavesRepository(path, target)).toBe(leaves);
  });
});
