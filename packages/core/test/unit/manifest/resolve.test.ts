import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { DEFAULT_CONFIG } from "../../../src/manifest/config.ts";
import { loadManifest } from "../../../src/manifest/manifest.ts";
import { ManifestError } from "../../../src/manifest/manifest-error.ts";
import type { ResolvedManifest, SpecRequest } from "../../../src/manifest/resolve.ts";
import { makeHome, md, type TestHome } from "./support/home.ts";

async function refusal(files: TestHome, request: SpecRequest): Promise<string> {
  try {
    await files.manifest().resolveSpec(request);
  } catch (error) {
    if (!ManifestError.is(error)) throw error;
    expect(error.hint).toBeDefined();
    return `${error.code} ${error.message.replaceAll(`${files.userHome}/`, "")}`;
  }
  return "resolved";
}

async function resolve(files: TestHome, request: SpecRequest): Promise<ResolvedManifest> {
  return files.manifest().resolve(request);
}

const TYPICAL = {
  "agents/me.md": md("bottle: dev\nskills: [review]\ngit-gate: { user: { name: Bot } }", "\nYou are careful.\n"),
  "bottles/base.md": md(
    "env: { A: base, B: '${HOME}' }\ngit-gate: { user: { name: Ada, email: ada@example.com } }\n" +
      "egress: { log: 2, routes: [{ host: a.example, auth: { token_ref: T } }] }",
  ),
  "bottles/dev.md": md(
    "extends: base\nenv: { A: null, C: '?' }\nresources: { memory: 8GiB }\n" +
      "egress: { routes: [{ host: b.example }, { host: a.example, override: true, matches: [{ methods: [GET] }] }] }",
  ),
};

describe("resolveRequest", () => {
  it("makes one spec of an agent and its bottles", async () => {
    const files = makeHome(TYPICAL);
    const { spec, warnings } = await resolve(files, { agent: "me", label: "fix" });
    expect(warnings).toEqual([]);
    expect(spec).toMatchObject({
      agent: { name: "me", file: `${files.home.agents}/me.md`, origin: "home", prompt: "You are careful." },
      bottles: [{ name: "base" }, { name: "dev" }],
      skills: ["review"],
      provider: { template: "claude", from: "default" },
      egress: { logLevel: 2, presets: [], upstream: {} },
      resources: { memoryBytes: 8 * 1024 ** 3 },
      workspace: { mode: "none", includeIgnored: false },
      unavailable: [],
      label: "fix",
      cwd: files.cwd,
    });
    expect(Object.keys(spec.env)).toEqual(["B", "C"]);
    expect(spec.egress.routes.map(({ host, auth, matches }) => [host, auth?.secret.name, matches.length])).toEqual([
      ["a.example", "T", 1],
      ["b.example", undefined, 0],
    ]);
  });

  it("lets the agent's identity win field by field and shows where each is from", async () => {
    const files = makeHome(TYPICAL);
    const { spec } = await resolve(files, { agent: "me" });
    expect(spec.gitIdentity).toEqual({
      name: { value: "Bot", from: `${files.home.agents}/me.md:4:27` },
      email: { value: "ada@example.com", from: `${files.home.bottles}/base.md:3:39` },
    });
    files.write("agents/me.md", md("bottle: dev\ngit-gate: { user: { name: null } }"));
    expect((await resolve(files, { agent: "me" })).spec.gitIdentity).not.toHaveProperty("name");
  });

  it("gives the place of every effective value", async () => {
    const files = makeHome(TYPICAL);
    const { provenance } = await resolve(files, { agent: "me" });
    const rows = provenance.map(({ key, from }) => `${key} ${from.replace(files.home.root, "")}`);
    expect(rows).toContain("bottle /agents/me.md:2:9");
    expect(rows).toContain("git-gate.user.name /agents/me.md:4:27");
    expect(rows).toContain("egress.log /bottles/base.md:4:16");
    expect(rows).toContain("env.C /bottles/dev.md:3:20");
    expect(rows.join("\n")).not.toContain("env.A");
  });

  it("says what chose the bottle, not what would have", async () => {
    const files = makeHome({ ...TYPICAL, "bottles/x.md": md("env: {}"), "bottles/y.md": md("env: {}") });
    const { provenance } = await resolve(files, { agent: "me", bottles: ["x", "y"] });
    expect(provenance.filter(({ key }) => key === "bottle")).toEqual([
      { key: "bottle", value: "x", from: "--bottle" },
      { key: "bottle", value: "y", from: "--bottle" },
    ]);
  });

  it("takes --bottle in order, and --cwd", async () => {
    const files = makeHome({
      ...TYPICAL,
      "bottles/x.md": md("env: { X: x, Y: x }\nworkspace: { path: /work }"),
      "bottles/y.md": md("env: { Y: y }"),
    });
    const { spec } = await resolve(files, { agent: "me", bottles: ["y", "x"], copyCwd: true });
    expect(spec.bottles.map(({ name }) => name)).toEqual(["y", "x"]);
    expect(spec.env).toMatchObject({ X: { value: "x" }, Y: { value: "x" } });
    expect(spec.workspace).toEqual({ mode: "copy", path: "/work", includeIgnored: false });
  });

  it("resolves a diamond once: no conflict with itself, and the middle wins over the top", async () => {
    const files = makeHome({
      "agents/me.md": md("bottle: d"),
      "bottles/a.md": md("env: { A: top }\negress: { routes: [{ host: a.example }] }"),
      "bottles/b.md": md("extends: a\nenv: { A: left }"),
      "bottles/c.md": md("extends: a\nenv: { C: right }"),
      "bottles/d.md": md("extends: [b, c]"),
    });
    const { spec } = await resolve(files, { agent: "me" });
    expect(spec.bottles.map(({ name }) => name)).toEqual(["a", "b", "c", "d"]);
    expect(spec.env).toMatchObject({ A: { value: "left" }, C: { value: "right" } });
    expect(spec.egress.routes).toHaveLength(1);
  });

  it("refuses two routes for one host and names both places", async () => {
    const files = makeHome({
      "agents/me.md": md("bottle: d"),
      "bottles/a.md": md("egress:\n  routes:\n    - host: a.example"),
      "bottles/d.md": md("extends: a\negress:\n  routes:\n    - host: A.example."),
    });
    expect(await refusal(files, { agent: "me" })).toBe(
      "BB_MANIFEST_CONFLICT .bot-bottle/bottles/d.md:5:7: " +
        '"egress.routes[1]" is a second entry for "a.example:443", after .bot-bottle/bottles/a.md:4:7',
    );
  });

  it("checks what holds only for the whole", async () => {
    const files = makeHome({
      "agents/me.md": md("bottle: d"),
      "bottles/a.md": md("git-gate: { repos: { r: { url: 'git@h:x' } } }\negress: { upstream: { proxy_auth_ref: P } }"),
      "bottles/d.md": md("extends: a"),
    });
    expect((await refusal(files, { agent: "me" })).split("\n  ")).toEqual([
      "BB_MANIFEST_INVALID 3 problems:",
      '.bot-bottle/bottles/a.md:2:25: "git-gate.repos.r.host_key" is missing; there is no trust on first use',
      '.bot-bottle/bottles/a.md:2:25: "git-gate.repos.r.key" is missing',
      '.bot-bottle/bottles/a.md:3:39: "egress.upstream.proxy_auth_ref" has no meaning without `proxy`',
    ]);
  });

  it("lists what this version cannot do, config.yml included", async () => {
    const files = makeHome({ "agents/me.md": md("bottle: d"), "bottles/d.md": md("egress: { presets: [npm] }") });
    const config = { ...DEFAULT_CONFIG, unavailable: [{ key: "notify", from: "/config.yml:1:9" }] };
    const { unavailable } = await loadManifest({ ...files, config }).resolveSpec({ agent: "me" });
    expect(unavailable.map(({ key }) => key)).toEqual(["egress.presets", "notify"]);
  });

  it("warns of what is probably not meant", async () => {
    const files = makeHome({ "agents/me.md": md("bottle: d"), "bottles/d.md": md("env: { P: '${HOME}/bin' }") });
    const { warnings } = await resolve(files, { agent: "me" });
    expect(warnings).toEqual([
      `${files.home.bottles}/d.md:2:11: "env.P" passes \${…} on as it is; only a whole value is a reference`,
    ]);
  });

  it("names the nearest agent", async () => {
    expect(await refusal(makeHome(TYPICAL), { agent: "mee" })).toBe(
      'BB_MANIFEST_NOT_FOUND There is no agent "mee" (did you mean "me"?).',
    );
    expect(await refusal(makeHome(), { agent: "x\u001b]0;" })).toBe(
      'BB_MANIFEST_NOT_FOUND There is no agent "x\\u{1b}]0;".',
    );
  });

  it("refuses a repository's agent that nobody confirmed", async () => {
    const files = makeHome({ ...TYPICAL, "repo/.bot-bottle/agents/ci.md": md("bottle: dev", "Evil") });
    expect(await refusal(files, { agent: "ci" })).toMatch(/^BB_REPO_AGENT_REFUSED .*asks for the bottle "dev"/);
    expect(await refusal(files, { agent: "ci", bottles: ["dev"] })).toBe("resolved");
    expect(await refusal(files, { agent: "ci", bottles: ["dev"], unattended: true })).toMatch(
      /^BB_REPO_AGENT_REFUSED .*nobody is asked/,
    );
    expect(await refusal(files, { agent: "ci", bottles: ["dev"], unattended: true, allowRepoAgent: true })).toBe(
      "resolved",
    );
    expect(await refusal(files, { agent: "ci", unattended: true, allowRepoAgent: true })).toMatch(
      /^BB_REPO_AGENT_REFUSED/,
    );
    expect(await refusal(files, { agent: "me", unattended: true })).toBe("resolved");
  });

  it("refuses files that are not files when they are chosen, at once", async () => {
    const files = makeHome({ ...TYPICAL, "repo/.bot-bottle/agents/ok.md": md("") });
    const folder = join(files.cwd, ".bot-bottle/agents");
    mkdirSync(join(folder, "dir.md"));
    spawnSync("mkfifo", [join(folder, "fifo.md")]);
    symlinkSync("/etc/passwd", join(folder, "link.md"));
    files.write("repo/.bot-bottle/agents/large.md", "x".repeat(10_000_000));
    const started = performance.now();
    for (const [agent, code] of [
      ["dir", "BB_MANIFEST_READ"],
      ["fifo", "BB_MANIFEST_READ"],
      ["link", "BB_MANIFEST_READ"],
      ["large", "BB_MANIFEST_TOO_LARGE"],
    ] as const) {
      expect(await refusal(files, { agent, bottles: ["dev"] })).toMatch(
        new RegExp(`^${code} repo/.bot-bottle/agents/`),
      );
    }
    expect(performance.now() - started).toBeLessThan(3000);
  });
});
