import { dirname, join, resolve } from "node:path";
import type { Field, ReadContext } from "../section.ts";

/** A path on this machine: `~/` is the user's home, anything relative begins at the manifest's own folder. */
export function readHostPath(field: Field<string> | undefined, context: ReadContext): string | undefined {
  if (field === undefined) return undefined;
  const { value, place, key } = field;
  if (value === "~" || value.startsWith("~/")) return join(context.userHome, value.slice(1));
  if (value.startsWith("~")) {
    context.issues.addKey(place, key, "may begin with `~/` but not with another user's home");
    return undefined;
  }
  return resolve(dirname(place.path), value);
}
