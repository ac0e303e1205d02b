import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Every regular file below a folder, by its path from there. */
function filesBelow(dir: string): ReadonlyMap<string, Buffer> {
  const names = readdirSync(dir, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(dir, name)).isFile()).sort();
  return new Map(files.map((name) => [name, readFileSync(join(dir, name))]));
}

/** Names of the files below a folder that hold the value, plainly or in a common encoding. */
export function filesHolding(dir: string, value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const forms = [bytes, ...(["base64", "base64url", "hex"] as const).map((form) => Buffer.from(bytes.toString(form)))];
  return [...filesBelow(dir)].flatMap(([name, content]) =>
    forms.some((form) => content.includes(form)) ? [name] : [],
  );
}
