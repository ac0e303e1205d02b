import { LIMITS } from "../../limits.ts";
import { UpstreamFailure } from "./failure.ts";

/** All addresses of a name, IPv4 and IPv6, in the system's order; rejects when there are none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

interface Entry {
  readonly addresses: Promise<readonly string[]>;
  expiresAt: number;
}

const isV4 = (address: string): boolean => !address.includes(":");

function withTimeout(work: Promise<readonly string[]>): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error("timeout"));
    }, LIMITS.resolveMs);
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

/** Resolves upstream names, remembers the answers for a short while, and asks once for all who wait. */
export class Resolver {
  readonly #lookup: Lookup;
  readonly #entries = new Map<string, Entry>();
  #running = 0;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /**
   * Addresses of a name, IPv4 first.
   * @throws UpstreamFailure `unresolved` or `overloaded`
   */
  async resolve(host: string): Promise<readonly string[]> {
    const known = this.#entries.get(host);
    if (known && known.expiresAt > Date.now()) return known.addresses;
    if (this.#running >= LIMITS.resolutions) {
      throw new UpstreamFailure("overloaded", "Too many names are being resolved at once.");
    }
    const entry: Entry = { addresses: this.#ask(host), expiresAt: Date.now() + LIMITS.resolverTtlMs };
    entry.addresses.catch(() => {
      entry.expiresAt = Math.min(entry.expiresAt, Date.now() + LIMITS.resolverFailureTtlMs);
    });
    this.#entries.delete(host);
    this.#entries.set(host, entry);
    if (this.#entries.size > LIMITS.resolverEntries) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    return entry.addresses;
  }

  async #ask(host: string): Promise<readonly string[]> {
    this.#running++;
    try {
      const addresses = await withTimeout(this.#lookup(host));
      if (addresses.length === 0) throw new Error("no address");
      return [...addresses.filter(isV4), ...addresses.filter((address) => !isV4(address))];
    } catch {
      throw new UpstreamFailure("unresolved", `The name "${host}" does not resolve here.`);
    } finally {
      this.#running--;
    }
  }
}
