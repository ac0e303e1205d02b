/** Where a secret's value comes from; the plan holds these, never values. */
export interface SecretRef {
  readonly source: "env" | "file" | "prompt" | "host-login";
  /** variable name, file path, prompt text or login name, by `source` */
  readonly name: string;
}

/** One spelling per reference, e.g. `env:TOKEN`; the key of a secret in the sidecar's configuration. */
export function secretKey(ref: SecretRef): string {
  return `${ref.source}:${ref.name}`;
}

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Reads a secret reference as a manifest writes it: `NAME`, `env:NAME`, `file:PATH` or `prompt:Text`.
 * @returns undefined when the text is none of these
 */
export function parseSecretRef(text: string): SecretRef | undefined {
  if (text.startsWith("file:")) return text.length > 5 ? { source: "file", name: text.slice(5) } : undefined;
  if (text.startsWith("prompt:")) return text.length > 7 ? { source: "prompt", name: text.slice(7) } : undefined;
  const name = text.startsWith("env:") ? text.slice(4) : text;
  return ENV_NAME.test(name) ? { source: "env", name } : undefined;
}
