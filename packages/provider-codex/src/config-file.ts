import type { GuestFile } from "@bot-bottle/core";
import { CODEX_HOME } from "./guest.ts";
import { tomlString } from "./toml.ts";

/** Models whose successor the program asks about once; answered in advance, for every pair of its catalogue. */
const MIGRATIONS = {
  "gpt-5.5": "gpt-6-sol",
  "gpt-5.6-luna": "gpt-6-luna",
  "gpt-5.6-sol": "gpt-6-sol",
  "gpt-5.6-terra": "gpt-6-sol",
};

/**
 * The program's configuration: telemetry off by its documented keys, no updates, every question of its start answered.
 * Trust is written for the workspace itself, because a repository does not inherit it from a folder above.
 */
export function configFile(workspacePath: string): GuestFile {
  const migrations = Object.entries(MIGRATIONS).map(([from, to]) => `${tomlString(from)} = ${tomlString(to)}`);
  const content = `check_for_update_on_startup = false
cli_auth_credentials_store = "file"

[analytics]
enabled = false

[feedback]
enabled = false

[otel]
exporter = "none"
metrics_exporter = "none"
trace_exporter = "none"

[features]
api_key_model_discovery = false
apps = false
daemon_auto_start = false
enable_request_compression = false
hooks = false
plugins = false
remote_plugin = false

[tui]
notifications = false
screen_reader_detection_done = true
show_tooltips = false

[tui.model_availability_nux]
"gpt-6.1-sol" = 1

[notice.model_migrations]
${migrations.join("\n")}

[projects.${tomlString(workspacePath)}]
trust_level = "trusted"
`;
  return { path: `${CODEX_HOME}/config.toml`, mode: 0o600, content };
}
