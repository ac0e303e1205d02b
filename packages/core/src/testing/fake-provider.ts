import {
  type AgentMode,
  AgentProvider,
  type ProviderImage,
  type ProviderInputs,
  type ProviderProvision,
} from "../provider/agent-provider.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import type { HostLogin, LoginHost } from "../login/host-login.ts";
import { refuseUnknownSettings } from "../provider/settings.ts";
import { Secret } from "../secret/secret.ts";

/** A provider without a program: its agent is `sh`. */
export class FakeProvider extends AgentProvider {
  override readonly name = "fake";
  override readonly guestUser = "node";
  override readonly guestHome = "/home/node";
  override readonly guestSkillsDir = "/home/node/.fake/skills";
  override readonly hostSkillsDir = ".fake/skills";
  readonly #image: ProviderImage;

  /** @param image for backends that really build one */
  constructor(image: ProviderImage = { contextDir: "/nonexistent", dockerfile: "Dockerfile", buildArgs: {} }) {
    super();
    this.#image = image;
  }

  override image(): ProviderImage {
    return this.#image;
  }

  override provisionPlan({ spec }: ProviderInputs): ProviderProvision {
    refuseUnknownSettings(spec, this.name, []);
    return {
      guestEnv: { FAKE_MODE: "test", FAKE_PLACEHOLDER: "placeholder" },
      hiddenEnvNames: ["FAKE_PLACEHOLDER"],
      dirs: ["/home/node/.fake"],
      files: [{ path: "/home/node/.fake/config.json", content: "{}\n", mode: 0o600 }],
      commands: [],
      notes: [],
      egressRoutes: [
        {
          id: "api.fake.example:443",
          host: "api.fake.example",
          port: 443,
          scheme: "https",
          from: "provider fake",
          provider: "fake",
          agentCredentials: false,
          matches: [{ paths: [{ type: "prefix", value: "/v1" }], methods: ["POST"], headers: [] }],
          git: { fetch: false },
          websocket: true,
          allowPrivate: [],
        },
      ],
      egressRules: [],
    };
  }

  override readHostLogin({ userHome }: LoginHost): HostLogin {
    return { token: new Secret("fake-login-value"), path: `${userHome}/.fake/login.json`, expires: undefined };
  }

  override command(_plan: BottlePlan, mode: AgentMode): readonly string[] {
    return mode.kind === "headless" ? ["/bin/sh", "-c", mode.prompt] : ["/bin/sh"];
  }
}
