import type { CommandModule } from "./command.ts";

/** Code of each command, loaded when it runs. */
export const COMMAND_MODULES: Readonly<Record<string, () => Promise<CommandModule>>> = {
  init: () => import("./commands/init.ts"),
  start: () => import("./commands/start.ts"),
  list: () => import("./commands/list.ts"),
  info: () => import("./commands/info.ts"),
  why: () => import("./commands/why.ts"),
  exec: () => import("./commands/exec.ts"),
  attach: () => import("./commands/attach.ts"),
  logs: () => import("./commands/logs.ts"),
  pull: () => import("./commands/pull.ts"),
  cleanup: () => import("./commands/cleanup.ts"),
  doctor: () => import("./commands/doctor.ts"),
  completion: () => import("./commands/completion.ts"),
};
