import { join } from "node:path";
import {
  type AgentMode,
  AgentProvider,
  type BottlePlan,
  type HostLogin,
  type LoginHost,
  type ProviderImage,
  type ProviderInputs,
  type ProviderProvision,
  secretKey,
} from "@bot-bottle/core";
import { AUTH_KINDS } from "./auth-kinds.ts";
import { agentCommand } from "./command.ts";
import { type ClaudeCredential, findCredential } from "./credentials.ts";
import { guestEnvironment } from "./environment.ts";
import { guestFiles } from "./files.ts";
import { readClaudeLogin } from "./host-login.ts";
import { GUEST_HOME, GUEST_USER } from "./guest.ts";
import { checkBottleEnv } from "./other-clouds.ts";
import { apiRoute, providerRules } from "./routes.ts";
import { readSettings } from "./settings.ts";
import { CLAUDE_CODE_VERSION } from "./version.ts";

function noteOf({ kind, secret }: ClaudeCredential, readLogin: () => HostLogin): string {
  if (secret.source !== "host-login") return `${AUTH_KINDS[kind].title} from ${secretKey(secret)}`;
  const { path, expires } = readLogin();
  return `login of this machine from ${path}, good until ${expires?.toISOString() ?? "it is renewed"}`;
}

/** Claude Code. The agent signs in with a placeholder; the sidecar puts the credential on. */
export class ClaudeProvider extends AgentProvider {
  override readonly name = "claude";
  override readonly guestUser = GUEST_USER;
  override readonly guestHome = GUEST_HOME;
  override readonly guestSkillsDir = `${GUEST_HOME}/.claude/skills`;
  override readonly hostSkillsDir = ".claude/skills";

  override image(): ProviderImage {
    return {
      contextDir: join(import.meta.dirname, "..", "image"),
      dockerfile: "Dockerfile",
      buildArgs: { CLAUDE_CODE_VERSION },
    };
  }

  override provisionPlan(inputs: ProviderInputs): ProviderProvision {
    const settings = readSettings(inputs.spec);
    checkBottleEnv(inputs.spec);
    const credential = findCredential(settings, inputs);
    const guestEnv = guestEnvironment(credential.kind);
    return {
      guestEnv,
      hiddenEnvNames: Object.keys(guestEnv),
      dirs: [`${GUEST_HOME}/.claude`],
      files: guestFiles(inputs.workspacePath, credential.kind),
      commands: [],
      notes: [noteOf(credential, () => this.readHostLogin(inputs.loginHost))],
      egressRoutes: [apiRoute(credential)],
      egressRules: providerRules,
    };
  }

  override readHostLogin(host: LoginHost): HostLogin {
    return readClaudeLogin(host);
  }

  override mcpCommand(name: string, url: string): readonly string[] {
    return ["claude", "mcp", "add", "--scope", "user", "--transport", "http", name, url];
  }

  override command(plan: BottlePlan, mode: AgentMode): readonly string[] {
    const hasPrompt = plan.spec.agent.prompt.trim() !== "";
    return agentCommand(mode, hasPrompt ? this.promptPath(plan) : undefined);
  }
}
