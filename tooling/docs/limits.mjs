/** Writes the sidecar's part of docs/limits.md from `limits.ts`; with --check fails when it is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { root } from "../run/root.mjs";

const SOURCE = join(root, "packages/sidecar/src/limits.ts");
const PAGE = join(root, "docs/limits.md");
const [BEGIN, END] = ["<!-- generated: sidecar -->", "<!-- end -->"];

function value(expression) {
  const number = expression
    .replaceAll("_", "")
    .split("*")
    .reduce((product, factor) => product * Number(factor), 1);
  if (!Number.isFinite(number)) throw new Error(`not a number: ${expression}`);
  if (number >= 1024 && number % 1024 === 0) {
    return number % 1024 ** 2 === 0 ? `${number / 1024 ** 2} MiB` : `${number / 1024} KiB`;
  }
  return String(number);
}

const shown = (name, text) => (name.endsWith("Ms") ? `${text} ms` : text);

const rows = [...readFileSync(SOURCE, "utf8").matchAll(/\/\*\* (.+?) \*\/\n {2}(\w+): ([^,]+),/g)].map(
  ([, what, name, expression]) => `| \`${name}\` | ${shown(name, value(expression))} | ${what} |`,
);
const table = ["| limit | default | what it bounds; what happens past it |", "|---|---|---|", ...rows].join("\n");
const page = readFileSync(PAGE, "utf8");
const [before, rest] = page.split(BEGIN);
const fresh = await format(`${before}${BEGIN}\n\n${table}\n\n${END}${rest.split(END)[1]}`, { parser: "markdown" });

if (!process.argv.includes("--check")) writeFileSync(PAGE, fresh);
else if (fresh !== page) {
  process.stderr.write("docs/limits.md is stale. Run: node tooling/docs/limits.mjs\n");
  process.exitCode = 1;
}
