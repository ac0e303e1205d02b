import { exactPaths as exact, pathsBelow as below, type ProviderProfile } from "@bot-bottle/core";

/** Where an API key goes. */
export const API_HOST = "api.openai.com";
/** Where a login with ChatGPT goes. */
export const LOGIN_HOST = "chatgpt.com";
const SIGN_IN_HOST = "auth.openai.com";

/** From the recorded traces. Exact paths: telemetry and other services lie below the same prefixes. */
const needed: ProviderProfile["needed"] = [
  {
    host: API_HOST,
    methods: ["POST"],
    paths: exact("/v1/responses"),
    reason: "the conversation with the model",
  },
  { host: API_HOST, methods: ["GET"], paths: exact("/v1/models"), reason: "names and limits of models" },
  {
    host: LOGIN_HOST,
    methods: ["POST"],
    paths: exact("/backend-api/codex/responses"),
    reason: "the conversation with the model",
  },
  {
    host: LOGIN_HOST,
    methods: ["GET"],
    paths: exact("/backend-api/codex/models"),
    reason: "names and limits of models",
  },
  {
    host: LOGIN_HOST,
    methods: ["GET"],
    paths: exact("/backend-api/wham/accounts/check", "/backend-api/wham/config/bundle"),
    reason: "which workspace the account belongs to, and its managed settings; without them a session ends at once",
  },
];

const refused: ProviderProfile["refused"] = [
  {
    host: API_HOST,
    methods: [],
    paths: below("/v1/realtime", "/v1/organization", "/v1/projects", "/v1/chatkit", "/v1/webhooks"),
    reason: "mints keys and secrets of sessions, and manages the organisation",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below(
      "/v1/files",
      "/v1/uploads",
      "/v1/vector_stores",
      "/v1/containers",
      "/v1/conversations",
      "/v1/skills",
      "/v1/assistants",
      "/v1/threads",
    ),
    reason: "stores data in the account, out of the sight of this bottle",
  },
  {
    host: API_HOST,
    methods: [],
    paths: below("/v1/batches", "/v1/fine_tuning", "/v1/evals", "/v1/videos", "/v1/audio"),
    reason: "starts work under the credential, outside of this session",
  },
  {
    host: LOGIN_HOST,
    methods: [],
    paths: below(
      "/backend-api/accounts",
      "/backend-api/codex/realtime",
      "/backend-api/wham/agent-identities",
      "/oauth",
    ),
    reason: "mints tokens and secrets of sessions, and switches the account",
  },
  {
    host: LOGIN_HOST,
    methods: [],
    paths: below("/backend-api/wham/tasks", "/backend-api/wham/environments", "/backend-api/wham/remote"),
    reason: "starts work in the cloud under the credential, outside of this bottle",
  },
  {
    host: LOGIN_HOST,
    methods: [],
    paths: below(
      "/backend-api/public",
      "/backend-api/ps/plugins/workspace",
      "/backend-api/files",
      "/backend-api/conversation",
      "/codex-backend",
    ),
    reason: "publishes and stores data under the account",
  },
  {
    host: LOGIN_HOST,
    methods: ["POST"],
    paths: below("/backend-api/wham/rate-limit-reset-credits", "/backend-api/wham/accounts"),
    reason: "spends credits of the account and writes to its owner",
  },
  { host: "codex-cloud-backend.chatgpt.com", methods: [], paths: [], reason: "starts work in the cloud" },
  {
    host: SIGN_IN_HOST,
    methods: [],
    paths: [],
    reason: "renews tokens and exchanges them for API keys; this machine's own program does that",
  },
];

/** Known, unwanted and harmless to miss. */
const quiet: ProviderProfile["quiet"] = [
  { host: LOGIN_HOST, methods: [], paths: below("/backend-api/codex/analytics-events"), reason: "telemetry" },
  {
    host: LOGIN_HOST,
    methods: ["GET"],
    paths: exact(
      "/backend-api/wham/settings/user",
      "/backend-api/wham/usage",
      "/backend-api/wham/rate-limit-reset-credits",
      "/backend-api/wham/security-setup",
      "/backend-api/wham/profiles/me",
      "/backend-api/wham/workspace-messages",
    ),
    reason: "settings and figures of the account that a session shows and does not need",
  },
  {
    host: LOGIN_HOST,
    methods: [],
    paths: below(
      "/backend-api/plugins",
      "/backend-api/ps/plugins/installed",
      "/backend-api/ps/plugins/list",
      "/backend-api/ps/plugins/search",
      "/backend-api/ps/plugins/suggested",
      "/backend-api/ps/mcp",
      "/backend-api/connectors",
    ),
    reason: "plugins and servers from the account; the bottle has its own",
  },
  { host: "ab.chatgpt.com", methods: [], paths: [], reason: "telemetry" },
  {
    host: "raw.githubusercontent.com",
    methods: ["GET"],
    paths: exact("/openai/codex/main/announcement_tip.toml"),
    reason: "announcements",
  },
  {
    host: "api.github.com",
    methods: ["GET"],
    paths: exact("/repos/openai/codex/releases/latest", "/repos/openai/plugins"),
    reason: "updates and plugins; the program's version is the image's",
  },
];

export const PROFILE: ProviderProfile = { needed, refused, quiet };
