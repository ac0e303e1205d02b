/** A name that somebody else holds; launch tries again with another slug. */
export class NameConflict extends Error {
  static {
    Object.defineProperty(this.prototype, "name", { value: "NameConflict", configurable: true, writable: true });
  }

  /** Across realms and copies of core, unlike `instanceof`. */
  static is(value: unknown): value is NameConflict {
    return typeof value === "object" && value !== null && "name" in value && value.name === "NameConflict";
  }
}
