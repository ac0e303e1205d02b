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
  refuseGuestCredentials,
  refuseUnknownSettings,
  secretKey,
} from "@bot-bottle/core";
import { authFile } from "./auth-file.ts";
import { agentCommand } from "./command.ts";
import { configFile } from "./config-file.ts";
import { type CodexCredential, CREDENTIAL_VARIABLES, findCredential } from "./credentials.ts";
import { CODEX_HOME, GUEST_HOME, GUEST_USER } from "./guest.ts";
import { readCodexLogin } from "./host-login.ts";
import { apiRoute, providerRules } from "./routes.ts";
import { CODEX_VERSION } from "./version.ts";

function noteOf(credential: CodexCredential): string {
  if (credential.kind === "api-key") return `API key from ${secretKey(credential.secret)}`;
  const { path, plan, expires } = credential.login;
  return `login of this machine from ${path} (${plan}), good until ${expires.toISOString()}`;
}

/** OpenAI's Codex. The agent signs in with a placeholder; the sidecar puts the credential on. */
export class CodexProvider extends AgentProvider {
  override readonly name = "codex";
  override readonly guestUser = GUEST_USER;
  override readonly guestHome = GUEST_HOME;
  override readonly guestSkillsDir = `${CODEX_HOME}/skills`;
  override readonly hostSkillsDir = ".codex/skills";

  override image(): ProviderImage {
    return {
      contextDir: join(import.meta.dirname, "..", "image"),
      dockerfile: "Dockerfile",
      buildArgs: { CODEX_VERSION },
    };
  }

  override provisionPlan(inputs: ProviderInputs): ProviderProvision {
    refuseUnknownSettings(inputs.spec, this.name, []);
    refuseGuestCredentials(inputs.spec, CREDENTIAL_VARIABLES);
    const credential = findCredential(inputs);
    return {
      guestEnv: {},
      hiddenEnvNames: [],
      dirs: [CODEX_HOME],
      files: [configFile(inputs.workspacePath), authFile(credential)],
      commands: [],
      notes: [noteOf(credential)],
      egressRoutes: [apiRoute(credential)],
      egressRules: providerRules,
    };
  }

  override readHostLogin(host: LoginHost): HostLogin {
    return readCodexLogin(host);
  }

  override mcpCommand(name: string, url: string): readonly string[] {
    return ["codex", "mcp", "add", name, "--url", url];
  }

  override command(plan: BottlePlan, mode: AgentMode): readonly string[] {
    return agentCommand(mode, { text: plan.spec.agent.prompt, file: this.promptPath(plan) });
  }
}
