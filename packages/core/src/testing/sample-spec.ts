import type { BottleSpec, SpecRoute } from "../bottle/spec.ts";

const sampleRoute: SpecRoute = {
  id: "registry.example.com:443",
  host: "registry.example.com",
  port: 443,
  scheme: "https",
  from: "/home/user/.bot-bottle/bottles/sample.md:7:7",
  auth: {
    scheme: "Bearer",
    header: "authorization",
    secret: { source: "env", name: "REGISTRY_TOKEN" },
    wildcard: false,
  },
  agentCredentials: false,
  matches: [{ paths: [{ type: "prefix", value: "/v2" }], methods: ["GET"], headers: [] }],
  git: { fetch: false },
  websocket: true,
  allowPrivate: [],
  override: false,
  written: ["host", "auth", "matches"],
};

/** A spec with something in every plane that this version runs; fixed, so that golden texts can be kept of it. */
export const sampleSpec: BottleSpec = {
  agent: { name: "reviewer", file: "/home/user/.bot-bottle/agents/reviewer.md", origin: "home", prompt: "Be brief." },
  bottles: [
    { name: "base", file: "/home/user/.bot-bottle/bottles/base.md" },
    { name: "sample", file: "/home/user/.bot-bottle/bottles/sample.md" },
  ],
  env: { LANG: { kind: "literal", value: "C.UTF-8", from: "/home/user/.bot-bottle/bottles/base.md:3:3" } },
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
  egress: {
    logLevel: 1,
    presets: [],
    upstream: {},
    routes: [
      sampleRoute,
      {
        ...sampleRoute,
        id: "docs.example.com:443",
        host: "docs.example.com",
        from: "/home/user/.bot-bottle/bottles/sample.md:14:7",
        auth: undefined,
        matches: [],
        written: ["host"],
      },
    ],
  },
  resources: { cpus: 1, memoryBytes: 512 * 1024 ** 2, pids: 256, diskBytes: 1024 ** 3 },
  workspace: { mode: "none", includeIgnored: false },
  unavailable: [],
  cwd: "/home/user/project",
};
