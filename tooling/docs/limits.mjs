/** Writes the sidecar's part of docs/limits.md from `limits.ts`; with --check fails when it is stale. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run/root.mjs";
import { writeGeneratedPart } from "./generated-part.mjs";

const SOURCE = join(root, "packages/sidecar/src/limits.ts");

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
await writeGeneratedPart({ page: "docs/limits.md", name: "sidecar", content: table, script: import.meta.filename });
