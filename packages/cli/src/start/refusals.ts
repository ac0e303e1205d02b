import { readFile } from "node:fs/promises";
import { errorCode, type HomePaths, type Slug } from "@bot-bottle/core";

/** Refusals of a session that concern the human, from its audit trail; quiet ones are not counted. */
export async function countRefusals(home: HomePaths, slug: Slug): Promise<number> {
  let text: string;
  try {
    text = await readFile(home.audit(slug), "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return 0;
    throw error;
  }
  let count = 0;
  for (const line of text.split("\n")) {
    if (!line.includes('"refusal')) continue;
    const record = JSON.parse(line) as { type?: string; quiet?: boolean; count?: number };
    if (record.type === "refusal") count += 1;
    else if (record.type === "refusals" && record.quiet !== true) count += record.count ?? 0;
  }
  return count;
}
