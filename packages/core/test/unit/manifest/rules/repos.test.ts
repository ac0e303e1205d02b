import { describe, expect, it } from "@jest/globals";
import { checkRepos, readRepos } from "../../../../src/manifest/rules/repos.ts";
import { readContext, sectionOf, textsOf } from "../support/bottle.ts";

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

describe("readRepos", () => {
  it("reads a whole repository", () => {
    const repos = sectionOf(
      [
        "api:",
        "  url: ssh://git@Gitea.Corp:2222/team/api.git",
        `  host_key: ${HOST_KEY} comment`,
        "  key: { provider: static, path: ~/.ssh/api }",
        "web:",
        "  url: git@github.com:team/web.git",
        `  host_key: ${HOST_KEY}`,
        "  key: { provider: github, forge_token_env: GH }",
      ].join("\n"),
    );
    const context = readContext();
    expect(readRepos(repos, context)).toEqual([
      {
        name: "api",
        url: "ssh://git@Gitea.Corp:2222/team/api.git",
        host: "gitea.corp",
        port: 2222,
        hostKey: HOST_KEY,
        key: { provider: "static", path: "/home/me/.ssh/api" },
        from: "/h/bottles/b.md:2:3",
      },
      {
        name: "web",
        url: "git@github.com:team/web.git",
        host: "github.com",
        port: 22,
        hostKey: HOST_KEY,
        key: { provider: "github", forgeToken: { source: "env", name: "GH" } },
        from: "/h/bottles/b.md:6:3",
      },
    ]);
    checkRepos(repos, context);
    expect(context.issues.isEmpty()).toBe(true);
  });

  it("names the fields that the whole lacks, and a URL that has two names", () => {
    const context = readContext();
    checkRepos(sectionOf("a: { url: 'git@h:x' }\nb: { url: 'git@h:x', host_key: k, key: {} }"), context);
    expect(textsOf(context.issues)).toEqual([
      '1:4: "a.host_key" is missing; there is no trust on first use',
      '1:4: "a.key" is missing',
      '2:11: "b.url" is the URL of "a" already',
    ]);
  });
});
