import { type BottlePlan, peekSecret, Secret, secretKey, type SecretRef, type SecretSources } from "@bot-bottle/core";
import type { Ui } from "../ui/ui.ts";

/**
 * Values behind references, each asked or read once, only after consent. They stay in this process and go to the
 * sidecar's memory.
 */
export function secretResolver(sources: SecretSources, ui: Ui): (ref: SecretRef) => Promise<Secret> {
  const known = new Map<string, Promise<Secret>>();
  const ask = async (ref: SecretRef): Promise<Secret> =>
    peekSecret(ref, sources) ??
    new Secret(await ui.secret(ref.name, "a token in a file or a variable (file:PATH, env:NAME)"));
  return async (ref) => {
    const key = secretKey(ref);
    const value = known.get(key) ?? ask(ref);
    known.set(key, value);
    return await value;
  };
}

/** Asks every secret that only the human has, in the order of the plan, before anything is made. */
export async function askSecrets(plan: BottlePlan, resolve: (ref: SecretRef) => Promise<Secret>): Promise<void> {
  const { policy, upstream } = plan.egressPlan;
  const refs = policy.routes.flatMap(({ auth }) => (auth === undefined ? [] : [auth.secret]));
  for (const ref of upstream.proxy?.auth === undefined ? refs : [...refs, upstream.proxy.auth]) await resolve(ref);
}

/** Values of the manifest's `env`, which the agent sees. */
export async function manifestEnvironment(
  plan: BottlePlan,
  env: NodeJS.ProcessEnv,
  ui: Ui,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(plan.spec.env)) {
    switch (value.kind) {
      case "literal":
        values[name] = value.value;
        break;
      case "host":
        values[name] = env[value.name] ?? "";
        break;
      case "prompt":
        values[name] = await ui.secret(
          value.text === "" ? `Value of ${name}` : value.text,
          "a literal or ${HOST_VAR} in the manifest",
        );
        break;
    }
  }
  return values;
}
