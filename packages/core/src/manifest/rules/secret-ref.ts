import { parseSecretRef, type SecretRef } from "../../secret/secret-ref.ts";
import type { Field, ReadContext } from "../section.ts";
import { readHostPath } from "./host-path.ts";

/** Tokens that would pass as the name of a variable: a value pasted where its reference belongs. */
const VALUE_FORMATS = [
  /^(?:gh[oprsu]|npm|hf)_[A-Za-z0-9]{20,}$/,
  /^(?:github_pat|glpat|sk_live|sk_test|xox[abp])_\w{16,}$/,
  /^(?:AKIA|ASIA)[A-Z0-9]{16}$/,
  /^[0-9a-f]{32,}$/,
  /^(?=\w*[a-z])(?=\w*[A-Z])(?=\w*[0-9])\w{24,}$/,
];

/** A secret reference, its file resolved to an absolute path. The text never appears in an issue. */
export function readSecretRef(field: Field<string> | undefined, context: ReadContext): SecretRef | undefined {
  if (field === undefined) return undefined;
  const { place, key } = field;
  const ref = parseSecretRef(field.value);
  if (ref === undefined) {
    context.issues.addKey(place, key, "must be a reference, not a value: NAME, env:NAME, file:PATH or prompt:Text");
    return undefined;
  }
  if (ref.source === "env" && VALUE_FORMATS.some((format) => format.test(ref.name))) {
    context.issues.addKey(place, key, "looks like a credential; put it in a variable or a file and name that here");
    return undefined;
  }
  if (ref.source !== "file") return ref;
  const path = readHostPath({ ...field, value: ref.name }, context);
  return path === undefined ? undefined : { source: "file", name: path };
}
