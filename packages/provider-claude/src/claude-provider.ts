import { join } from "node:path";
import {
  type AgentMode,
  AgentProvider,
  type BottlePlan,
  type ProviderImage,
  type ProviderInputs,
  type ProviderProvision,
  secretKey,
} from "@bot-bottle/core";
import { AUTH_KINDS } from "./auth-kinds.ts";
import { agentCommand } from "./command.ts";
import { findCredential } from "./credentials.ts";
import { guestEnvironment } from "./environment.ts";
import { guestFiles } from "./files.ts";
import { GUEST_HOME, GUEST_USER } from "./guest.ts";
import { checkBottleEnv } from "./other-clouds.ts";
import { apiRoute, providerRules } from "./routes.ts";
import { readSettings } from "./settings.ts";
import { CLAUDE_CODE_VERSION } from "./version.ts";

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
      notes: [`${AUTH_KINDS[credential.kind].title} from ${secretKey(credential.secret)}`],
      egressRoutes: [apiRoute(credential)],
      egressRules: providerRules,
    };
  }

  override command(plan: BottlePlan, mode: AgentMode): readonly string[] {
    const hasPrompt = plan.spec.agent.prompt.trim() !== "";
    return agentCommand(mode, hasPrompt ? this.promptPath(plan) : undefined);
  }
}
