import type { WorkspacePlan } from "../bottle/plan-parts.ts";
import type { BottleSpec } from "../bottle/spec.ts";

/** What would be copied in; the folder is only looked at, and only when a copy is asked for. */
export async function planWorkspace(spec: BottleSpec, guestPath: string): Promise<WorkspacePlan> {
  const { mode, includeIgnored } = spec.workspace;
  if (mode === "none") return { mode, guestPath, includeIgnored, fileCount: 0, suspicious: [] };
  const { surveyWorkspace } = await import("../workspace/survey.ts");
  const { fileCount, suspicious } = await surveyWorkspace(spec.cwd, { includeIgnored });
  return { mode, source: spec.cwd, guestPath, includeIgnored, fileCount, suspicious };
}
