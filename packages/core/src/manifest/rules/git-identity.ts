import type { GitIdentity } from "../../bottle/plan-parts.ts";
import { fromOf, type Section } from "../section.ts";

/** `git-gate.user`, each field with where it was written. */
export function readGitIdentity(user: Section): GitIdentity {
  const name = user.text("name");
  const email = user.text("email");
  return {
    ...(name === undefined ? {} : { name: { value: name.value, from: fromOf(name) } }),
    ...(email === undefined ? {} : { email: { value: email.value, from: fromOf(email) } }),
  };
}
