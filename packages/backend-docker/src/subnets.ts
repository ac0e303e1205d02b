import { isIPv4 } from "node:net";

/** An IPv4 range. */
export interface Cidr {
  /** first address, as a number */
  readonly base: number;
  /** length of the prefix in bits */
  readonly prefix: number;
}

/** Prefix of every network that we make: 16 addresses, for a gateway, a sidecar and an agent. */
const SLOT_PREFIX = 28;

const sizeOf = (prefix: number): number => 2 ** (32 - prefix);

function parseAddress(text: string): number | undefined {
  if (!isIPv4(text)) return undefined;
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function formatCidr({ base, prefix }: Cidr): string {
  return `${formatAddress(base)}/${prefix}`;
}

/** Reads `a.b.c.d/n`; bits behind the prefix are cut off. @returns undefined for anything else */
export function parseCidr(text: string): Cidr | undefined {
  const [address, length, ...rest] = text.split("/");
  const base = parseAddress(address ?? "");
  if (base === undefined || length === undefined || rest.length > 0 || !/^(3[0-2]|[12]?[0-9])$/.test(length)) {
    return undefined;
  }
  const prefix = Number(length);
  return { base: Math.floor(base / sizeOf(prefix)) * sizeOf(prefix), prefix };
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.base < b.base + sizeOf(b.prefix) && b.base < a.base + sizeOf(a.prefix);
}

/** Number of /28 that fit into a pool. */
export function slotCount(pool: Cidr): number {
  return pool.prefix > SLOT_PREFIX ? 0 : 2 ** (SLOT_PREFIX - pool.prefix);
}

export function slotAt(pool: Cidr, index: number): Cidr {
  return { base: pool.base + index * sizeOf(SLOT_PREFIX), prefix: SLOT_PREFIX };
}

/**
 * The n-th address of a subnet, as text.
 * @param n 0 is the network itself
 */
export function addressAt(subnet: Cidr, n: number): string {
  return formatAddress(subnet.base + n);
}

/** Hands out /28 of a pool for one launch, each at most once. */
export class SlotPicker {
  readonly #pool: Cidr;
  readonly #random: (below: number) => number;
  #used: readonly Cidr[];
  readonly #given = new Set<number>();

  /** @param used ranges that are taken already @param random a number from 0 to below its argument */
  constructor(pool: Cidr, used: readonly Cidr[], random: (below: number) => number) {
    this.#pool = pool;
    this.#used = used;
    this.#random = random;
  }

  /** Learns of ranges that are taken. */
  avoid(used: readonly Cidr[]): void {
    this.#used = [...this.#used, ...used];
  }

  /**
   * The next free slot: the first one after a random place, so that launches at the same time seldom meet.
   * @returns undefined when none is left
   */
  next(): Cidr | undefined {
    const count = slotCount(this.#pool);
    if (count === 0) return undefined;
    const relevant = this.#used.filter((range) => overlaps(range, this.#pool));
    const start = this.#random(count);
    for (let step = 0; step < count; step++) {
      const index = (start + step) % count;
      if (this.#given.has(index)) continue;
      const slot = slotAt(this.#pool, index);
      if (relevant.some((range) => overlaps(range, slot))) continue;
      this.#given.add(index);
      return slot;
    }
    return undefined;
  }
}
