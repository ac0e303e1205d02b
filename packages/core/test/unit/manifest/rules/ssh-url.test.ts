import { describe, expect, it } from "@jest/globals";
import { parseSshUrl } from "../../../../src/manifest/rules/ssh-url.ts";

describe("parseSshUrl", () => {
  it.each([
    ["ssh://git@github.com/a/b.git", "github.com", 22],
    ["ssh://git@gitea.corp:2222/a/b", "gitea.corp", 2222],
    ["ssh://host/a", "host", 22],
    ["ssh://git@[2001:db8::1]:2222/a", "2001:db8::1", 2222],
    ["git@github.com:a/b.git", "github.com", 22],
    ["github.com:a/b.git", "github.com", 22],
    ["me@[::1]:a", "::1", 22],
  ])("%s is %s, port %d", (url, host, port) => {
    expect(parseSshUrl(url)).toEqual({ host, port });
  });

  it.each([
    "",
    "https://github.com/a/b",
    "git://host/a",
    "file:///a",
    "/a/b",
    "ssh://host",
    "ssh://git:pw@host/a",
    "ssh://host:0/a",
    "ssh://host:70000/a",
    "ssh://-oProxyCommand=sh/a",
    "ssh://-x@host/a",
    "-oProxyCommand=sh:a",
    "git@host:-x",
    "git@host:a b",
    "ext::sh -c x",
  ])("refuses %j", (url) => {
    expect(parseSshUrl(url)).toBeUndefined();
  });
});
