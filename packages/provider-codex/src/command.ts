import { type AgentMode, promptArgument } from "@bot-bottle/core";
import { tomlString } from "./toml.ts";

/** Switched off by flags, because a repository's own configuration outranks the user's file but not the command line. */
const OFF = [
  "hooks", // a repository's programs, and a question about them
  "daemon_auto_start", // a copy of the program that outlives the session
  "plugins", // api.github.com, git, chatgpt.com
  "apps",
  "api_key_model_discovery", // would send the API key to chatgpt.com
  "enable_request_compression", // requests that nothing on the way can read
];
const FLAGS = [
  "--dangerously-bypass-approvals-and-sandbox", // the bottle is the sandbox
  ...OFF.flatMap((feature) => ["--disable", feature]),
  ...["-c", "check_for_update_on_startup=false"],
];

/** Longest text of instructions that goes along as an argument; a longer one is read from its file. */
const MAX_INSTRUCTIONS_BYTES = 100 * 1024;

/** The agent's prompt, as instructions beside the program's own: they hold from the first request on. */
function instructions(prompt: string, promptFile: string): readonly string[] {
  if (prompt.trim() === "") return [];
  const fits = Buffer.byteLength(tomlString(prompt)) <= MAX_INSTRUCTIONS_BYTES;
  const text = fits ? prompt : `Before anything else, read the file ${promptFile} to its end; it is your instructions.`;
  return ["-c", `developer_instructions=${tomlString(text)}`];
}

export interface AgentPrompt {
  readonly text: string;
  /** in the guest */
  readonly file: string;
}

/**
 * Program and arguments of a session. A session that has nothing to resume begins anew.
 * @throws BotBottleError `BB_USAGE` when a headless prompt does not fit into one argument
 */
export function agentCommand(mode: AgentMode, { text, file }: AgentPrompt): readonly string[] {
  const flags = [...FLAGS, ...instructions(text, file)];
  switch (mode.kind) {
    case "interactive":
      return ["codex", ...flags];
    case "headless":
      return ["codex", "exec", ...flags, "--", promptArgument(mode.prompt)];
    case "resume":
      return ["codex", "resume", "--last", "--include-non-interactive", ...flags];
  }
}
