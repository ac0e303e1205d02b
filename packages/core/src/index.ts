export { BotBottleError, type BotBottleErrorOptions } from "./errors/bot-bottle-error.ts";
export { ERROR_CODES, type ErrorCode } from "./errors/codes.ts";
export { nearest } from "./errors/nearest.ts";
export { errorCode, isSyntaxError, toError } from "./errors/to-error.ts";
export { Secret } from "./secret/secret.ts";
export { parseSecretRef, secretKey, type SecretRef } from "./secret/secret-ref.ts";
export { escapeForDisplay, jsonForDisplay, redactForDisplay } from "./secret/redact.ts";
export { secretFromText } from "./secret/secret-text.ts";
export { type ReportEvent, type Reporter, silentReporter } from "./events/reporter.ts";
export { type HomePaths, homePaths, resolveHome } from "./paths/home.ts";

export { isSlug, mintSlug, type Slug } from "./bottle/slug.ts";
export {
  type AgentFile,
  type BottleFile,
  type BottleSpec,
  type EnvValue,
  type SpecRoute,
  type UnavailableAsk,
} from "./bottle/spec.ts";
export { BottlePlan, type BottlePlanInit } from "./bottle/plan.ts";
export { type PlanJson } from "./bottle/plan-json.ts";
export { planEnvNames, planRisks } from "./bottle/plan-facts.ts";
export {
  type AgentProvisionPlan,
  type EgressPlan,
  type GitGatePlan,
  type GitGateUpstream,
  type GitIdentity,
  type GuestCommand,
  type GuestFile,
  type ImagePlan,
  type ResourcePlan,
  type SkillPlan,
  type SupervisePlan,
  type WorkspacePlan,
} from "./bottle/plan-parts.ts";
export {
  type AttachRequest,
  type Bottle,
  type CopyOptions,
  type ExecRequest,
  type ExecResult,
  type Terminal,
  type TreeEntries,
  type TreeEntry,
} from "./bottle/bottle.ts";

export { type ActiveBottle } from "./backend/active-bottle.ts";
export { BottleBackend, type LaunchOptions } from "./backend/backend.ts";
export { BACKEND_CAPABILITIES, type BackendCapabilities, type BackendCapability } from "./backend/capabilities.ts";
export { type CheckResult } from "./backend/checks.ts";
export { type BottleCleanupPlan, type CleanupEntry, type CleanupResource } from "./backend/cleanup-plan.ts";
export { type CheckHost, type LaunchHost, type PrepareHost, type StateHost } from "./backend/hosts.ts";
export { LABEL_PREFIX, labelsOf, readLabels, type ResourceIdentity, type ResourceRole } from "./backend/labels.ts";
export { type ConfiguredSidecar, type LaunchContext, type SidecarAccess } from "./backend/launch-context.ts";
export { NameConflict } from "./backend/name-conflict.ts";
export { groupActive, type LabelledResource, planCleanup } from "./backend/ownership.ts";
export { UndoStack } from "./backend/undo-stack.ts";

export {
  type AgentMode,
  AgentProvider,
  type ProviderImage,
  type ProviderInputs,
  type ProviderProvision,
  type ProviderRegistry,
} from "./provider/agent-provider.ts";
export { refuseGuestCredentials } from "./provider/guest-credentials.ts";
export { promptArgument } from "./provider/one-argument.ts";
export {
  exactPaths,
  pathsBelow,
  type ProfileEntry,
  type ProfileRoute,
  profileRoute,
  profileRules,
  type ProviderProfile,
} from "./provider/profile.ts";
export { refuseUnknownSettings } from "./provider/settings.ts";
export { PROVISION_STEPS, type ProvisionStep } from "./provision/steps.ts";
export { agentEnvironment, GUEST_CA_BUNDLE, GUEST_CA_FILE, machineEnvironment } from "./provision/guest-environment.ts";

export {
  type EgressPolicy,
  type EgressRoute,
  type PathMatch,
  type PolicyOrigin,
  type ProviderRule,
  type RequestMatch,
  type RouteAuth,
} from "./policy/route.ts";
export {
  type Allowance,
  type EgressDecision,
  type EgressRequest,
  type Refusal,
  type RefusalCode,
} from "./policy/decision.ts";
export { type AddressRules, type AddressVerdict, checkAddress } from "./policy/address.ts";
export {
  credentialHeaderValue,
  foreignCredential,
  injectCredential,
  stripRequestHeaders,
} from "./policy/credentials.ts";
export { type CompiledPolicy, compilePolicy, decideEgress } from "./policy/decide.ts";
export { classifyGit, lfsOperation } from "./policy/git-http.ts";
export { hostMatches, normalizeHost, type NormalizedHost } from "./policy/host-pattern.ts";
export { stripQueryCredentials } from "./policy/query-credentials.ts";
export { createRefusal } from "./policy/refusal.ts";
export { stripResponseHeaders } from "./policy/response-headers.ts";

export {
  type AuditHead,
  type AuditPage,
  type AuthorityMaterial,
  type ControlEvent,
  type ControlMethod,
  type ControlMethods,
  MAX_CONTROL_MESSAGE_BYTES,
  type SidecarConfiguration,
  type SidecarEndpoints,
  type SidecarHealth,
  type SidecarNetwork,
  type UpstreamConfiguration,
} from "./sidecar/control-protocol.ts";
export { CONTROL_SOCKET, SIDECAR_HOSTS, SIDECAR_PORTS, SIDECAR_UIDS } from "./sidecar/ports.ts";
export { type SidecarClient } from "./sidecar/sidecar-client.ts";
export { createSidecarClient } from "./sidecar/client.ts";
export { encodeJsonLine, type JsonLinesHandlers, readJsonLines } from "./sidecar/json-lines.ts";
export { type SidecarImage } from "./sidecar/image.ts";

export { homeError } from "./state/home-error.ts";
export { isOwnerAlive, takeLock } from "./state/owner-lock.ts";
export {
  type BottleMetadata,
  isSlugTaken,
  listStates,
  readMetadata,
  readPlanInit,
  removeState,
  updateMetadata,
  WORK_BUNDLE,
} from "./state/state-store.ts";
export { writeWhole } from "./state/write-whole.ts";
export { AuditChain, genesisHead, type GenesisInput } from "./audit/chain.ts";
export { type AuditedRequest, type AuditEntry, type AuditRecord } from "./audit/record.ts";
export { type AuditSeal, readSeal } from "./audit/seal.ts";
export { type TrailIssue, type TrailReport, verifyTrail } from "./audit/verify.ts";
export { AGENT_SESSION, endOfSession, type EndedSession, type EndOptions } from "./session/end-of-session.ts";
export { checkLoginExpiry } from "./login/check-expiry.ts";
export { type HostLogin, type LoginHost } from "./login/host-login.ts";
export { type LoginFile, readLoginFile, unusableLogin } from "./login/read-login-file.ts";
export { watchLogin } from "./login/watch-login.ts";
export { peekSecret, type SecretSources } from "./prepare/peek-secret.ts";
export {
  type CoreRuntime,
  definePlugin,
  type Plugin,
  PLUGIN_API,
  type PluginHost,
  type PluginManifest,
} from "./plugins/plugin.ts";
