export { type RiskyChange } from "./changed-files.ts";
export { type PulledBranch, type PulledWork, type PullRequest, changesOfWork, pullWork } from "./pull.ts";
