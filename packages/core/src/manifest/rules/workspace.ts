import type { BottleSpec } from "../../bottle/spec.ts";
import type { Section } from "../section.ts";

/** `workspace` of a bottle. */
export function readWorkspace(workspace: Section): BottleSpec["workspace"] {
  const path = workspace.text("path")?.value;
  return {
    mode: workspace.text("mode")?.value === "copy" ? "copy" : "none",
    ...(path === undefined ? {} : { path }),
    includeIgnored: workspace.flag("include_ignored")?.value ?? false,
  };
}
