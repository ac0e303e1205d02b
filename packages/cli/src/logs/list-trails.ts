import { readdir } from "node:fs/promises";
import { errorCode, homeError, type HomePaths, isSlug, type Slug } from "@bot-bottle/core";

/** Slugs that have an audit trail, by name. */
export async function listTrails(home: HomePaths): Promise<readonly Slug[]> {
  try {
    const names = (await readdir(home.auditRoot)).flatMap((file) =>
      file.endsWith(".jsonl") ? [file.slice(0, -6)] : [],
    );
    return names.filter(isSlug).sort();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw homeError(`The folder "${home.auditRoot}" cannot be read`, error);
  }
}
