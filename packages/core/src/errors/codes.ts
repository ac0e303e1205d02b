interface CodeInfo {
  /** process exit code when this error ends a command */
  readonly exitCode: 1 | 2;
  /** meaning in one sentence; `docs/errors.md` has an anchor for each code */
  readonly summary: string;
}

const failure = (summary: string): CodeInfo => ({ exitCode: 1, summary });
const usage = (summary: string): CodeInfo => ({ exitCode: 2, summary });

/** Every code that a user can meet. */
export const ERROR_CODES = {
  BB_USAGE: usage("The command line does not say what to do."),
  BB_INPUT_REQUIRED: usage("An answer is needed and no terminal is there to ask."),
  BB_ABORTED: failure("The work was stopped before it was done."),
  BB_DECLINED: failure("The question was answered with no."),

  BB_MANIFEST_READ: failure("A manifest file cannot be read."),
  BB_MANIFEST_TOO_LARGE: failure("A manifest file is larger than the limit."),
  BB_MANIFEST_SYNTAX: failure("A manifest is not valid YAML frontmatter."),
  BB_MANIFEST_INVALID: failure("A manifest has keys or values that the schema does not know."),
  BB_MANIFEST_NOT_FOUND: failure("No manifest has that name."),
  BB_MANIFEST_CYCLE: failure("Bottles extend each other in a circle."),
  BB_MANIFEST_CONFLICT: failure("Two entries claim the same host, or one overrides none."),
  BB_CONFIG_INVALID: failure("config.yml has keys or values that the schema does not know."),
  BB_NO_BOTTLE: failure("No bottle was named for this agent."),
  BB_REPO_AGENT_REFUSED: failure("An agent file of a repository was not confirmed."),

  BB_ENV_MISSING: failure("An environment variable that the manifest names is not set."),
  BB_SECRET_UNAVAILABLE: failure("A secret that the manifest names cannot be read."),
  BB_SKILL_MISSING: failure("A skill that the agent names is not on this machine."),
  BB_NOT_AVAILABLE: failure("The manifest asks for something that this version cannot do."),
  BB_CREDENTIALS_MISSING: failure("The provider has no credential to work with."),
  BB_CREDENTIALS_UNSUPPORTED: failure("The provider's credential is of a kind that is not supported."),
  BB_LOGIN_UNUSABLE: failure("The agent program's own login on this machine cannot be used."),
  BB_PROVIDER_UNKNOWN: failure("No provider has that name."),
  BB_PROVIDER_SETTING: failure("A setting of the provider has a name or a value that it does not know."),
  BB_BACKEND_UNKNOWN: failure("No backend has that name."),
  BB_BACKEND_CAPABILITY: failure("The backend cannot honour something that the manifest asks for."),
  BB_PLUGIN_INVALID: failure("A plugin does not keep the plugin contract."),

  BB_HOME_UNUSABLE: failure("The folder of bot-bottle cannot be used."),
  BB_DISK_FULL: failure("A disk is full."),
  BB_WORKSPACE: failure("The workspace cannot be copied in, or its work cannot be saved."),
  BB_WORKSPACE_PULL: failure("The work of a bottle cannot be fetched."),

  BB_ENGINE_UNAVAILABLE: failure("No container engine answers."),
  BB_ENGINE_PERMISSION: failure("The engine's socket refuses this user."),
  BB_ENGINE_REFUSED: failure("The engine address is of a kind that is not safe."),
  BB_ENGINE_ERROR: failure("The engine refused a request."),
  BB_IMAGE_BUILD: failure("An image could not be built."),
  BB_IMAGE_MISSING: failure("An image, or what it is made from, is not there."),
  BB_NETWORK_POOL: failure("No free subnet is left in the network pool."),
  BB_LAUNCH: failure("The bottle could not be launched."),
  BB_PROVISION: failure("A step inside the bottle failed."),
  BB_SIDECAR: failure("The sidecar does not answer as it should."),
  BB_WALL: failure("The bottle has a way out besides the sidecar."),
  BB_BOTTLE_NOT_FOUND: failure("No bottle has that name."),
  BB_BOTTLE_BUSY: failure("Another process works on this bottle."),
  BB_COMMAND: failure("A program that was needed failed."),
  BB_AUDIT_INVALID: failure("An audit trail is not whole."),
  BB_CLEANUP: failure("Something could not be removed."),
} as const satisfies Record<string, CodeInfo>;

export type ErrorCode = keyof typeof ERROR_CODES;
