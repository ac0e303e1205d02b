import { describe, expect, it } from "@jest/globals";
import { unavailableInBottle, unavailableInConfig } from "../../../src/manifest/unavailable.ts";
import { sectionOf } from "./support/bottle.ts";

describe("unavailableInBottle", () => {
  it("lists what is asked for explicitly, with its place", () => {
    const bottle = sectionOf(
      [
        "git-gate: { repos: { a: {} } }",
        "agent_provider: { forward_host_credentials: true }",
        "egress:",
        "  presets: [npm]",
        "  routes:",
        "    - { host: a.example, dlp: {}, websocket: true }",
        "    - { host: b.example, limits: {} }",
      ].join("\n"),
    );
    expect(unavailableInBottle(bottle).map(({ key, from }) => `${key} ${from}`)).toEqual([
      "git-gate.repos /h/bottles/b.md:1:20",
      "egress.presets /h/bottles/b.md:4:12",
      "egress.routes[].dlp /h/bottles/b.md:6:31",
      "egress.routes[].websocket /h/bottles/b.md:6:46",
      "egress.routes[].limits /h/bottles/b.md:7:34",
    ]);
  });

  it("counts no default and nothing that is empty or off", () => {
    const yaml =
      "git-gate: { user: { name: x }, repos: {} }\nagent_provider: { forward_host_credentials: false }\n" +
      "egress: { presets: [], routes: [{ host: a.example, websocket: false }] }";
    expect(unavailableInBottle(sectionOf(yaml))).toEqual([]);
    expect(unavailableInBottle(sectionOf(""))).toEqual([]);
  });
});

describe("unavailableInConfig", () => {
  it("lists notify and plugins", () => {
    expect(unavailableInConfig(sectionOf("notify: { command: [a] }\nplugins: { a: {} }"))).toEqual([
      { key: "notify", from: "/h/bottles/b.md:1:9" },
      { key: "plugins", from: "/h/bottles/b.md:2:10" },
    ]);
    expect(unavailableInConfig(sectionOf("plugins: {}\nimages: {}"))).toEqual([]);
  });
});
