export { readTree } from "./read-tree.ts";
export { isInside, resolveTool, safeSearchPath } from "./resolve-tool.ts";
export { run, type RunRequest, type RunResult } from "./run.ts";
export { git, type GitRequest } from "./safe-git.ts";
