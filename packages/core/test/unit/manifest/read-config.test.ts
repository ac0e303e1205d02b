import { describe, expect, it } from "@jest/globals";
import { formatIssue, ManifestError } from "../../../src/manifest/manifest-error.ts";
import { readConfig } from "../../../src/manifest/read-config.ts";
import { makeHome } from "./support/home.ts";

function read(yaml: string): ReturnType<typeof readConfig> {
  const files = makeHome();
  return readConfig(files.write("config.yml", yaml), "/home/me");
}

function problems(yaml: string): string[] {
  try {
    read(yaml);
    return [];
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    expect(error.code).toBe("BB_CONFIG_INVALID");
    return error.issues.map((issue) => formatIssue(issue).slice(issue.path.length + 1));
  }
}

describe("readConfig", () => {
  it("reads every key", () => {
    const config = read(
      [
        "default_backend: smolmachines",
        "network_pool: 172.20.0.0/16",
        "repositories:",
        "  /src/b: safe",
        "  ~/src/a: dev",
        "plugins: { mine: { override: true }, other: {} }",
        "images: { base: 'registry.corp:5000/node:24@sha256:00ff' }",
        "notify: { command: [notify-send, bot-bottle] }",
      ].join("\r\n"),
    );
    expect(config).toMatchObject({
      defaultBackend: "smolmachines",
      networkPool: "172.20.0.0/16",
      repositories: [
        { path: "/src/b", bottle: "safe", place: { line: 4, column: 11 } },
        { path: "/home/me/src/a", bottle: "dev", place: { line: 5, column: 12 } },
      ],
      plugins: { mine: { override: true }, other: { override: false } },
      baseImage: "registry.corp:5000/node:24@sha256:00ff",
      notify: { command: ["notify-send", "bot-bottle"] },
    });
    expect(config.unavailable.map(({ key }) => key)).toEqual(["notify", "plugins"]);
    expect(config.provenance[0]).toMatchObject({ key: "default_backend", value: "smolmachines" });
  });

  it.each(["", "# nothing\n", "\ufeff\n", "---\n", "repositories: {}\n"])("takes %j", (yaml) => {
    expect(read(yaml)).toMatchObject({ networkPool: "10.203.0.0/16", repositories: [], unavailable: [] });
  });

  it.each([
    ["default_backand: docker", '1:1: unknown key "default_backand" (did you mean "default_backend"?)'],
    ["default_backend: [docker]", '1:18: "default_backend" must be a text'],
    [
      "default_backend: ./evil.js",
      '1:18: "default_backend" must be the name of a backend: lower-case letters, digits and `-`, a letter first',
    ],
    ...["10.203.0.1/16", "10.203.0.0/28", "8.8.0.0/16", "fd00::/8", "x"].map((pool): [string, string] => [
      `network_pool: "${pool}"`,
      '1:15: "network_pool" must be a private IPv4 range of /27 or larger, such as 10.203.0.0/16',
    ]),
    ["repositories: { src/a: dev }", '1:17: "repositories["src/a"]" is not an absolute path or `~/…`'],
    [
      "repositories: { /a: Dev }",
      '1:21: "repositories["/a"]" must be the name of a bottle: lower-case letters, digits and `-`, a letter first',
    ],
    ["repositories:\n  /a:\n", '2:3: "repositories["/a"]" has no value; write one, or remove the line'],
    ["plugins: { a: true }", '1:15: "plugins.a" must be a map'],
    ["plugins: { ../a: {} }", '1:12: "plugins["../a"]" is not the name of a plugin'],
    ["plugins: { a: { overide: true } }", '1:17: unknown key "overide" in "plugins.a" (did you mean "override"?)'],
    ["images: { base: --evil }", '1:17: "images.base" must be the name of an image'],
    ["notify: { command: [] }", '1:20: "notify.command" must not be empty'],
    ["notify: {}", '1:9: "notify.command" is missing'],
    ["a: [", "1:5: the indentation does not fit the lines before it, or a bracket is not closed"],
    ["- a", "1:1: must be a map: lines of `key: value`"],
  ])("refuses %j", (yaml, issue) => {
    expect(problems(yaml)).toEqual([issue]);
  });
});
