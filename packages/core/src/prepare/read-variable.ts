/** A variable's value; undefined when it is not set. A name such as `constructor` is no variable of everybody. */
export function readVariable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.hasOwn(env, name) ? env[name] : undefined;
}
