import type { BottleSpec, SpecRoute } from "../bottle/spec.ts";

const BASE = "/home/user/.bot-bottle/bottles/base.md";
const SAMPLE = "/home/user/.bot-bottle/bottles/sample.md";
/** the one secret that `fakeHost` has */
const TOKEN = { source: "env", name: "REGISTRY_TOKEN" } as const;

function route(host: string, line: number, changes: Partial<SpecRoute> = {}): SpecRoute {
  const port = changes.port ?? 443;
  return {
    id: `${host}:${port}`,
    host,
    port,
    scheme: "https",
    from: `${SAMPLE}:${line}:7`,
    agentCredentials: false,
    matches: [],
    git: { fetch: false },
    websocket: true,
    allowPrivate: [],
    override: false,
    written: ["host"],
    ...changes,
  };
}

const registryRoute = route("registry.example.com", 7, {
  auth: { scheme: "Bearer", header: "authorization", secret: TOKEN, wildcard: false },
  matches: [{ paths: [{ type: "prefix", value: "/v2" }], methods: ["GET"], headers: [] }],
  written: ["host", "auth", "matches"],
});

/** A spec with something in every plane that this version runs; fixed, so that golden texts can be kept of it. */
export const sampleSpec: BottleSpec = {
  agent: { name: "reviewer", file: "/home/user/.bot-bottle/agents/reviewer.md", origin: "home", prompt: "Be brief." },
  bottles: [
    { name: "base", file: BASE },
    { name: "sample", file: SAMPLE },
  ],
  env: { LANG: { kind: "literal", value: "C.UTF-8", from: `${BASE}:3:3` } },
  provider: {
    template: "fake",
    packages: { apt: [], npm: [] },
    forwardHostCredentials: false,
    settings: {},
    from: "default",
  },
  skills: [],
  gitIdentity: {
    name: { value: "Sample User", from: "bottle base" },
    email: { value: "sample@example.com", from: "agent reviewer" },
  },
  gitGate: { upstreams: [] },
  egress: { logLevel: 1, presets: [], upstream: {}, routes: [registryRoute, route("docs.example.com", 14)] },
  resources: { cpus: 1, memoryBytes: 512 * 1024 ** 2, pids: 256, diskBytes: 1024 ** 3 },
  workspace: { mode: "none", includeIgnored: false },
  unavailable: [],
  cwd: "/home/user/project",
};

/** A spec that asks for nothing. */
export const minimalSpec: BottleSpec = {
  ...sampleSpec,
  agent: { ...sampleSpec.agent, prompt: "" },
  bottles: [{ name: "base", file: BASE }],
  env: {},
  gitIdentity: {},
  egress: { logLevel: 1, presets: [], upstream: {}, routes: [] },
};

/** A spec with every row of the preflight. @param cwd folder of a repository that is copied in */
export function fullSpec(cwd: string): BottleSpec {
  return {
    ...sampleSpec,
    agent: { ...sampleSpec.agent, file: `${cwd}/.bot-bottle/agents/reviewer.md`, origin: "repository" },
    env: { ...sampleSpec.env, EDITOR: { kind: "prompt", text: "Your editor", from: `${SAMPLE}:3:3` } },
    provider: { ...sampleSpec.provider, packages: { apt: ["jq"], npm: ["prettier"] } },
    skills: ["lint", "release"],
    gitGate: {
      upstreams: [
        {
          name: "app",
          url: "ssh://git@git.example.com:2222/app.git",
          host: "git.example.com",
          port: 2222,
          hostKey: "ssh-ed25519 AAAA",
          key: { provider: "gitea", forgeToken: { source: "file", name: "/home/user/.forge-token" } },
          from: `${SAMPLE}:40:5`,
        },
      ],
    },
    egress: {
      logLevel: 2,
      presets: [],
      upstream: {
        proxy: { url: "http://proxy.example.com:3128", from: `${SAMPLE}:5:5` },
        proxyAuth: { source: "prompt", name: "Proxy password" },
      },
      routes: [
        registryRoute,
        route("packages.example.com", 14, { auth: { header: "x-api-key", secret: TOKEN, wildcard: false } }),
        route("*.storage.example.com", 19, {
          auth: { scheme: "token", header: "authorization", secret: TOKEN, wildcard: true },
        }),
        route("intranet.example.com", 25, { port: 8443, agentCredentials: true, allowPrivate: ["10.1.0.0/16"] }),
        route("mirror.example.com", 31, { port: 80, scheme: "http" }),
      ],
    },
    workspace: { mode: "copy", includeIgnored: false },
    cwd,
  };
}

/** The full spec with a way out that only some engines can offer. */
export function networkSpec(cwd: string): BottleSpec {
  const { egress, ...rest } = fullSpec(cwd);
  return { ...rest, egress: { ...egress, upstream: { network: { name: "corp", from: `${SAMPLE}:5:5` } } } };
}
