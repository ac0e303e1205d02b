import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { type CheckResult, errorCode } from "@bot-bottle/core";
import type { CommandContext } from "../command.ts";

const MIN_NODE = [20, 19] as const;

function checkNode(): CheckResult {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const fits = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1]);
  return {
    id: "host.node",
    title: "Node",
    status: fits ? "pass" : "fail",
    detail: process.versions.node,
    fix: fits ? undefined : `Install Node ${MIN_NODE.join(".")} or later.`,
    durationMs: 0,
  };
}

async function checkHome({ home }: CommandContext): Promise<CheckResult> {
  const startedAt = performance.now();
  const result = (status: CheckResult["status"], detail: string, fix?: string): CheckResult => ({
    id: "host.home",
    title: "Folder of bot-bottle",
    status,
    detail,
    fix,
    durationMs: performance.now() - startedAt,
  });
  try {
    const info = await stat(home.root);
    await access(home.root, constants.R_OK | constants.W_OK | constants.X_OK);
    const shared = (info.mode & 0o022) !== 0;
    if (shared) return result("warn", `${home.root} can be written by others`, `Run: chmod go-w ${home.root}`);
    return result("pass", home.root);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return result("skip", `${home.root} is not there yet`, "Run: bot-bottle init");
    return result(
      "fail",
      `${home.root} cannot be used (${errorCode(error) ?? "error"})`,
      "Check who owns it, or set BOT_BOTTLE_HOME.",
    );
  }
}

/** What this machine itself must offer. */
export async function hostChecks(context: CommandContext): Promise<readonly CheckResult[]> {
  return [checkNode(), await checkHome(context)];
}
