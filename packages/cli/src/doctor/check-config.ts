import { BotBottleError, type CheckResult } from "@bot-bottle/core";
import { type Config, DEFAULT_CONFIG, loadConfig } from "@bot-bottle/core/manifest";
import type { CommandContext } from "../command.ts";

interface CheckedConfig {
  readonly config: Config;
  /** why it is not the user's own; undefined when it is, or when there is none */
  readonly failure: CheckResult | undefined;
}

/** The settings of this machine. Broken ones are a finding, not the end: the checks go on with the defaults. */
export async function checkConfig({ home, userHome }: CommandContext): Promise<CheckedConfig> {
  const startedAt = performance.now();
  try {
    return { config: await loadConfig(home, userHome), failure: undefined };
  } catch (error) {
    if (!BotBottleError.is(error)) throw error;
    const { message: detail, hint: fix } = error;
    const durationMs = performance.now() - startedAt;
    const failure = { id: "host.config", title: "config.yml", status: "fail", detail, fix, durationMs } as const;
    return { config: DEFAULT_CONFIG, failure };
  }
}
