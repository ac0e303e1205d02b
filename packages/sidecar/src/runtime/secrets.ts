import type { SecretStore } from "../egress/context.ts";
import { type SecretPatterns, secretPatterns } from "../scan/secret-patterns.ts";

/** The values of this bottle in memory, with what is made of them on first use. */
export class MemorySecrets implements SecretStore {
  readonly #values: Map<string, string>;
  readonly #patterns = new Map<string, SecretPatterns | undefined>();

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(values));
  }

  set(values: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(values)) {
      this.#values.set(key, value);
      this.#patterns.delete(key);
    }
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  all(): string[] {
    return [...this.#values.values()];
  }

  patterns(key: string): SecretPatterns | undefined {
    if (!this.#patterns.has(key)) {
      const value = this.#values.get(key);
      this.#patterns.set(key, value === undefined ? undefined : secretPatterns([value]));
    }
    return this.#patterns.get(key);
  }
}
