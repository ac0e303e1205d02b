import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { format, resolveConfig } from "prettier";
import { root } from "../run/root.mjs";

/**
 * Puts generated Markdown between `<!-- generated: NAME -->` and `<!-- end -->` of a page. With `--check` on the command
 * line nothing is written, and a stale page fails the process.
 * @param options.page below the repository
 * @param options.script what makes the page fresh, absolute
 */
export async function writeGeneratedPart({ page, name, content, script }) {
  const file = join(root, page);
  const [begin, end] = [`<!-- generated: ${name} -->`, "<!-- end -->"];
  const text = readFileSync(file, "utf8");
  const [before, rest] = text.split(begin);
  const filled = `${before}${begin}\n\n${content}\n\n${end}${rest.split(end)[1]}`;
  const fresh = await format(filled, { ...(await resolveConfig(file)), filepath: file });
  if (!process.argv.includes("--check")) writeFileSync(file, fresh);
  else if (fresh !== text) {
    process.stderr.write(`${page} is stale. Run: node ${relative(root, script)}\n`);
    process.exitCode = 1;
  }
}
