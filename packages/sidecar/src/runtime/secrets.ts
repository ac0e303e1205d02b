import type { SecretStore } from "../egress/context.ts";
import { type SecretPatterns, secretPatterns } from "../scan/secret-patterns.ts";

const MAX_FORMER = 8;

/** The values of this bottle in memory, with what is made of them on first use. */
export class MemorySecrets implements SecretStore {
  readonly #values: Map<string, string>;
  readonly #patterns = new Map<string, SecretPatterns | undefined>();
  /** values that were replaced; they may be good for a while, and are kept out of the trail as before */
  #former: string[] = [];

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = new Map(Object.entries(values));
  }

  set(values: Readonly<Record<string, string>>): void {
    for (const [key, value] of Object.entries(values)) {
      const replaced = this.#values.get(key);
      if (replaced !== undefined && replaced !== value) this.#former = [replaced, ...this.#former].slice(0, MAX_FORMER);
      this.#values.set(key, value);
      this.#patterns.delete(key);
    }
  }

  get(key: string): string | undefined {
    return this.#values.get(key);
  }

  all(): string[] {
    return [...this.#values.values(), ...this.#former];
  }

  patterns(key: string): SecretPatterns | undefined {
    if (!this.#patterns.has(key)) {
      const value = this.#values.get(key);
      this.#patterns.set(key, value === undefined ? undefined : secretPatterns([value]));
    }
    return this.#patterns.get(key);
  }
}
