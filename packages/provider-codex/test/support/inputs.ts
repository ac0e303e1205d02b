import { type BottleSpec, type ProviderInputs, Secret, type SecretRef, secretKey } from "@bot-bottle/core";

const FROM = "/home/user/.bot-bottle/bottles/work.md:4:3";

const spec: BottleSpec = {
  agent: { name: "coder", file: "/home/user/.bot-bottle/agents/coder.md", origin: "home", prompt: "Be brief.\n" },
  bottles: [{ name: "work", file: "/home/user/.bot-bottle/bottles/work.md" }],
  env: {},
  provider: {
    template: "codex",
    packages: { apt: [], npm: [] },
    forwardHostCredentials: false,
    settings: {},
    from: FROM,
  },
  skills: [],
  gitIdentity: {},
  gitGate: { upstreams: [] },
  egress: { logLevel: 0, presets: [], upstream: {}, routes: [] },
  resources: {},
  workspace: { mode: "none", includeIgnored: false },
  unavailable: [],
  cwd: "/home/user/project",
};

interface InputOptions {
  readonly provider?: Partial<BottleSpec["provider"]>;
  /** reference of `auth_token` */
  readonly authToken?: SecretRef;
  readonly env?: Readonly<Record<string, string>>;
  /** the host's environment, and file secrets by `file:PATH` */
  readonly host?: Readonly<Record<string, string>>;
  readonly workspacePath?: string;
  /** where a login of the program's own may lie */
  readonly userHome?: string;
}

/** What a provider gets, over a host that exists only here. */
export function makeInputs(options: InputOptions = {}): ProviderInputs {
  const { provider, authToken, env = {}, host = {}, workspacePath = "/home/node/workspace" } = options;
  return {
    spec: {
      ...spec,
      env: Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, { kind: "literal", value, from: `${FROM}:${name}` }]),
      ),
      provider: {
        ...spec.provider,
        ...(authToken === undefined ? {} : { authToken: { ref: authToken, from: `${FROM}:auth_token` } }),
        ...provider,
      },
    },
    workspacePath,
    hasHostEnv: (name) => (host[name] ?? "") !== "",
    peekSecret: (ref) => {
      const value = host[ref.source === "env" ? ref.name : secretKey(ref)];
      return value === undefined ? undefined : new Secret(value);
    },
    loginHost: { userHome: options.userHome ?? "/nonexistent", env: host },
  };
}
