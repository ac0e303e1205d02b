import { parseHostPattern } from "./host-pattern.ts";

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Values by host pattern. An exact host comes before a wildcard, a longer wildcard before a shorter one. */
export class HostTable<T> {
  readonly #exact = new Map<string, T[]>();
  readonly #wildcard = new Map<string, T[]>();

  /** @throws TypeError for a host that is not a normalised pattern: skipping it could open what it closes */
  constructor(entries: readonly (readonly [host: string, value: T])[]) {
    for (const [host, value] of entries) {
      const parsed = parseHostPattern(host);
      if (parsed.kind === "invalid" || parsed.pattern !== host) {
        throw new TypeError(`not a normalised host pattern: ${JSON.stringify(host)}`);
      }
      append(parsed.kind === "exact" ? this.#exact : this.#wildcard, parsed.base, value);
    }
  }

  /** True when the host has an exact entry, and so is known to be spelled as policy spells it. */
  hasExact(host: string): boolean {
    return this.#exact.has(host);
  }

  /** Values for a normalised host, the most specific pattern first. */
  lookup(host: string): T[] {
    const values: T[] = [];
    this.find(host, (value) => values.push(value) === 0);
    return values;
  }

  /** First value that passes, the most specific pattern first. */
  find(host: string, isWanted: (value: T) => boolean): T | undefined {
    const exact = this.#exact.get(host)?.find(isWanted);
    if (exact !== undefined || this.#wildcard.size === 0) return exact;
    for (let dot = host.indexOf("."); dot >= 0; dot = host.indexOf(".", dot + 1)) {
      const found = this.#wildcard.get(host.slice(dot + 1))?.find(isWanted);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
