import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";

type Schema = Readonly<Record<string, unknown>>;

function schemaOf(kind: string): Schema {
  const path = join(import.meta.dirname, "../../../schema", `${kind}.schema.json`);
  return JSON.parse(readFileSync(path, "utf8")) as Schema;
}

/** Every object of a schema with its path. */
function objectsIn(value: unknown, path = ""): [path: string, schema: Schema][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const nested = Object.entries(value).flatMap(([key, child]) => objectsIn(child, `${path}/${key}`));
  return [[path, value as Schema], ...nested];
}

describe.each(["bottle", "agent", "config"])("the %s schema", (kind) => {
  const objects = objectsIn(schemaOf(kind));

  it("says of every key what it means", () => {
    const keys = objects.filter(([path]) => /\/properties\/[^/]+$/.test(path));
    expect(keys.length).toBeGreaterThan(5);
    const mute = keys.filter(([, { description, $ref }]) => description === undefined && $ref !== "#/$defs/gitUser");
    expect(mute.map(([path]) => path)).toEqual([]);
  });

  it("lets no map have keys that it does not know", () => {
    const open = objects.filter(([, schema]) => "properties" in schema && schema["additionalProperties"] !== false);
    expect(open.map(([path]) => path).filter((path) => !path.endsWith("/properties"))).toEqual([]);
  });

  it("explains every pattern in words", () => {
    const mute = objects.filter(
      ([, schema]) => typeof schema["pattern"] === "string" && !("patternErrorMessage" in schema),
    );
    expect(mute).toEqual([]);
  });
});
