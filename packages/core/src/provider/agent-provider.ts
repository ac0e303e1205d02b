import type { Bottle } from "../bottle/bottle.ts";
import type { AgentProvisionPlan } from "../bottle/plan-parts.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import type { EgressRoute, ProviderRule } from "../policy/route.ts";
import { provisionAgent } from "../provision/agent.ts";
import { provisionCa } from "../provision/ca.ts";
import { provisionGit } from "../provision/git.ts";
import { provisionPrompt } from "../provision/prompt.ts";
import { provisionSkills } from "../provision/skills.ts";
import { provisionSupervise } from "../provision/supervise.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { HostLogin, LoginHost } from "../login/host-login.ts";
import type { Secret } from "../secret/secret.ts";
import type { SecretRef } from "../secret/secret-ref.ts";

/** Dockerfile context of the provider's default image. */
export interface ProviderImage {
  readonly contextDir: string;
  /** file name inside the context */
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** What a provider may look at while it plans; it changes nothing. */
export interface ProviderInputs {
  readonly spec: BottleSpec;
  /** the agent's folder in the guest */
  readonly workspacePath: string;
  /** true when the host's environment sets the variable to something */
  readonly hasHostEnv: (name: string) => boolean;
  /** the value behind a reference when it can be read without asking; undefined for `prompt` */
  readonly peekSecret: (ref: SecretRef) => Secret | undefined;
  /** for `readHostLogin`, when the manifest asks to forward it */
  readonly loginHost: LoginHost;
}

/** The provider's part of a plan. */
export interface ProviderProvision extends AgentProvisionPlan {
  readonly egressRoutes: readonly EgressRoute[];
  readonly egressRules: readonly ProviderRule[];
}

export type AgentMode =
  | { readonly kind: "interactive" }
  | { readonly kind: "headless"; readonly prompt: string }
  | { readonly kind: "resume" };

/** One agent program. Whatever can be pure is pure, so that a provider is tested without an engine. */
export abstract class AgentProvider {
  abstract readonly name: string;
  /** agent user in the guest, e.g. `node`; never root */
  abstract readonly guestUser: string;
  /** absolute home of that user */
  abstract readonly guestHome: string;
  /** skills folder in the guest, absolute */
  abstract readonly guestSkillsDir: string;
  /** the program's skills folder below the user's home on the host, e.g. `.claude/skills`; searched after our own */
  abstract readonly hostSkillsDir: string;

  abstract image(): ProviderImage;

  /**
   * Pure.
   * @throws BotBottleError `BB_CREDENTIALS_MISSING`, `BB_CREDENTIALS_UNSUPPORTED`, `BB_PROVIDER_SETTING`
   */
  abstract provisionPlan(inputs: ProviderInputs): ProviderProvision;

  /** Program and arguments of a session. Pure. */
  abstract command(plan: BottlePlan, mode: AgentMode): readonly string[];

  /**
   * The program's own login on the user's machine; read at the plan, at the launch, and when its file changes.
   * @throws BotBottleError `BB_CREDENTIALS_MISSING`, `BB_CREDENTIALS_UNSUPPORTED`, `BB_LOGIN_UNUSABLE`
   */
  readHostLogin(_host: LoginHost): HostLogin {
    throw new BotBottleError(
      "BB_CREDENTIALS_UNSUPPORTED",
      `The provider ${this.name} cannot forward a login of the host.`,
      {
        hint: "Name a token in agent_provider.auth_token.",
      },
    );
  }

  /** The program's own command that registers an MCP server over HTTP; undefined when it has none. Pure. */
  mcpCommand(_name: string, _url: string): readonly string[] | undefined {
    return undefined;
  }

  /** File that always exists in the guest; empty without a prompt. */
  promptPath(plan: BottlePlan): string {
    return `${plan.guestHome}/.bot-bottle-prompt.txt`;
  }

  async provisionCa(plan: BottlePlan, bottle: Bottle): Promise<void> {
    await provisionCa(plan, bottle);
  }

  async provisionPrompt(plan: BottlePlan, bottle: Bottle): Promise<void> {
    await provisionPrompt(plan, bottle, this.promptPath(plan));
  }

  async provisionSkills(plan: BottlePlan, bottle: Bottle): Promise<void> {
    await provisionSkills(plan, bottle, this.guestSkillsDir);
  }

  async provisionAgent(plan: BottlePlan, bottle: Bottle): Promise<void> {
    await provisionAgent(plan, bottle);
  }

  /** Registers the supervise MCP server by the program's own command; nothing without a supervise plan. */
  async provisionSupervise(plan: BottlePlan, bottle: Bottle): Promise<void> {
    await provisionSupervise(plan, bottle, this.mcpCommand("supervise", plan.superviseMcpUrl));
  }

  async provisionGit(plan: BottlePlan, bottle: Bottle): Promise<void> {
    await provisionGit(plan, bottle);
  }
}

export interface ProviderRegistry {
  readonly names: readonly string[];
  /** @throws BotBottleError `BB_PROVIDER_UNKNOWN` with the nearest name */
  get(name: string): Promise<AgentProvider>;
}
