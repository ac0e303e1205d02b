/**
 * Fills docs/manifest.md: field tables from packages/core/schema/*.json, examples from docs/examples/manifests.
 * With `--check` nothing is written; the exit code is 1 when the page is stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";

const root = join(import.meta.dirname, "..", "..");
const page = join(root, "docs", "manifest.md");
const read = (...parts) => readFileSync(join(root, ...parts), "utf8");

/** A property with what it refers to; the property's own texts win. */
function resolve(schema, property) {
  if (property.$ref === undefined) return property;
  return { ...schema.$defs[property.$ref.replace("#/$defs/", "")], ...property };
}

const TYPES = { object: "map", array: "list", string: "text", integer: "number", boolean: "true, false" };

function typeOf(property) {
  if (property.enum !== undefined) return property.enum.filter((value) => value !== null).join(", ");
  const types = [property.type ?? []].flat().filter((type) => type !== "null");
  return types.map((type) => TYPES[type] ?? type).join(" or ");
}

function row(key, property, isRequired) {
  const value = property.default === undefined ? (isRequired ? "required" : "") : `\`${String(property.default)}\``;
  return `| \`${key}\` | ${typeOf(property)} | ${value} | ${property.description ?? ""} |`;
}

/** Rows of a map's keys, each followed by the rows of what is in it. */
function rows(schema, map, prefix) {
  const required = new Set(map.required);
  return Object.entries(map.properties ?? {}).flatMap(([name, raw]) => {
    const property = resolve(schema, raw);
    return [row(prefix + name, property, required.has(name)), ...below(schema, property, prefix + name)];
  });
}

function below(schema, property, key) {
  if (property.properties !== undefined) return rows(schema, property, `${key}.`);
  if (typeof property.additionalProperties === "object") {
    const entry = resolve(schema, property.additionalProperties);
    const name = `${key}.<name>`;
    return [row(name, entry, false), ...below(schema, entry, name)];
  }
  const item = property.items === undefined ? undefined : resolve(schema, property.items);
  return item?.properties === undefined ? [] : rows(schema, item, `${key}[].`);
}

function fieldTable(kind) {
  const schema = JSON.parse(read("packages", "core", "schema", `${kind}.schema.json`));
  return ["| key | value | default | meaning |", "| --- | --- | --- | --- |", ...rows(schema, schema, "")].join("\n");
}

function example(path) {
  const language = path.endsWith(".yml") ? "yaml" : "markdown";
  return `\`\`\`${language}\n${read("docs", "examples", "manifests", path).trimEnd()}\n\`\`\``;
}

const REGION = /<!-- (fields|example): (\S+) -->[^]*?<!-- end -->/g;
const filled = read("docs", "manifest.md").replace(
  REGION,
  (_, kind, name) =>
    `<!-- ${kind}: ${name} -->\n\n${kind === "fields" ? fieldTable(name) : example(name)}\n\n<!-- end -->`,
);
const text = await format(filled, { ...(await resolveConfig(page)), filepath: page });

if (process.argv.includes("--check")) {
  const isFresh = text === read("docs", "manifest.md");
  if (!isFresh) console.error("docs/manifest.md is stale: run `node tooling/schemas/document.mjs`");
  process.exitCode = isFresh ? 0 : 1;
} else {
  writeFileSync(page, text);
}
