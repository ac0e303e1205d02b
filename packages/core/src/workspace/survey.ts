import { listFiles, type ListOptions } from "./list-files.ts";
import { looksLikeSecret } from "./secret-names.ts";

const MAX_SUSPICIOUS = 20;

export interface WorkspaceSurvey {
  readonly fileCount: number;
  /** relative paths whose names look like those of secrets, at most 20; for display they must be escaped */
  readonly suspicious: readonly string[];
}

/**
 * Counts what a copy of the folder would carry, without any effect and without reading a file.
 * @throws BotBottleError `BB_WORKSPACE` for a folder that may not or cannot be copied
 */
export async function surveyWorkspace(dir: string, options: ListOptions): Promise<WorkspaceSurvey> {
  const { files } = await listFiles(dir, options);
  return { fileCount: files.length, suspicious: files.filter(looksLikeSecret).slice(0, MAX_SUSPICIOUS) };
}
