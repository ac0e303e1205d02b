import { exactPaths as exact, pathsBelow as below, type ProviderProfile } from "@bot-bottle/core";

export const API_HOST = "api.anthropic.com";

/** What a session cannot do without, from the recorded trace. Everything else on the host is closed. */
const needed: ProviderProfile["needed"] = [
  {
    host: API_HOST,
    methods: ["POST"],
    paths: exact("/v1/messages", "/v1/messages/count_tokens"),
    reason: "the conversation with the model",
  },
  { host: API_HOST, methods: ["GET"], paths: below("/v1/models"), reason: "names and limits of models" },
  {
    host: API_HOST,
    methods: ["GET"],
    paths: exact("/api/claude_cli/bootstrap", "/api/claude_code/policy_limits", "/api/hello"),
    reason:
      "model defaults and the organisation's limits at the start, read-only; without limits there are no web tools",
  },
];

/** What the injected credential must not be used for, whether or not the program itself asks. */
const refused: ProviderProfile["refused"] = [
  {
    host: API_HOST,
    methods: [],
    paths: below("/api/oauth", "/v1/oauth", "/v1/token", "/api/auth"),
    reason: "mints keys and tokens, and reads the account behind the credential",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below("/api/organizations", "/api/organization", "/v1/organizations", "/v1/me", "/v1/user_profiles"),
    reason: "manages the organisation, its members and its keys",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below("/v1/vaults", "/v1/tunnels", "/v1/environments", "/v1/mcp_servers", "/api/mcp"),
    reason: "keeps secrets and ways into other systems",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below("/v1/files", "/v1/filestore", "/v1/skills", "/v1/memory_stores", "/v1/messages/batches"),
    reason: "stores data in the account, out of the sight of this bottle",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below("/v1/code", "/v1/sessions", "/v1/agents", "/v1/deployments", "/v1/deployment_runs", "/v1/ultrareview"),
    reason: "starts work in the cloud under the credential, outside of this bottle",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below("/api/frame", "/api/artifacts", "/v1/design", "/v1/pages"),
    reason: "publishes pages under the account",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below("/api/claude_cli_feedback", "/api/claude_code_shared_session_transcripts"),
    reason: "uploads the conversation",
  },
  {
    host: "platform.claude.com",
    methods: [],
    paths: below("/v1/oauth"),
    reason: "exchanges tokens; the agent signs in with a placeholder",
  },
];

/** Known, unwanted and harmless to miss; the program works on after a 404 and would show a warning after a 403. */
const quiet: ProviderProfile["quiet"] = [
  {
    host: API_HOST,
    methods: [],
    paths: below("/api/event_logging", "/api/claude_code/metrics", "/api/claude_code/organizations/metrics_enabled"),
    reason: "telemetry",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below(
      "/api/claude_code/settings",
      "/api/claude_code/notification",
      "/api/claude_code/skills",
      "/api/claude_code_grove",
      "/api/claude_code_penguin_mode",
      "/api/claude_cli_profile",
    ),
    reason: "settings from the account; the bottle's settings are its own",
  },
  { host: API_HOST, methods: [], paths: below("/api/eval"), reason: "feature flags" },
  {
    host: API_HOST,
    methods: [],
    paths: below("/api/directory", "/api/web/domain_info"),
    reason: "tells which servers and sites the agent is about to use",
  },
  {
    host: "downloads.claude.ai",
    methods: [],
    paths: [],
    reason: "updates and plugins; the program's version is the image's",
  },
  {
    host: "raw.githubusercontent.com",
    methods: [],
    paths: exact("/anthropics/claude-code/refs/heads/main/CHANGELOG.md"),
    reason: "release notes",
  },
  { host: "http-intake.logs.us5.datadoghq.com", methods: [], paths: [], reason: "telemetry" },
];

export const PROFILE: ProviderProfile = { needed, refused, quiet };
