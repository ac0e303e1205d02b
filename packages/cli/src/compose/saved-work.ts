import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type HomePaths, type Slug, WORK_BUNDLE } from "@bot-bottle/core";

/** Where the work of an ended bottle lies. */
export const workBundle = (home: HomePaths, slug: Slug): string => join(home.state(slug), WORK_BUNDLE);

/** Those whose work can be pulled. */
export async function withSavedWork(home: HomePaths, slugs: readonly Slug[]): Promise<readonly Slug[]> {
  const saved = await Promise.all(
    slugs.map((slug) =>
      stat(workBundle(home, slug)).then(
        (info) => info.isFile(),
        () => false,
      ),
    ),
  );
  return slugs.filter((_, index) => saved[index]);
}
