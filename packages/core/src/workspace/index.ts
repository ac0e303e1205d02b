export { type RiskyChange } from "./changed-files.ts";
export { type PulledBranch, type PulledWork, type PullRequest, pullWork } from "./pull.ts";
