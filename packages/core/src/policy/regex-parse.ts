import {
  ANY,
  type CodePointSet,
  complementSet,
  DIGIT,
  foldAsciiCase,
  SPACE,
  unionSets,
  WORD,
} from "./code-point-set.ts";

/** Syntax tree of the subset of regular expressions that a finite automaton can run. */
export type RegexNode =
  | { readonly kind: "set"; readonly set: CodePointSet }
  | { readonly kind: "sequence"; readonly parts: readonly RegexNode[] }
  | { readonly kind: "choice"; readonly options: readonly RegexNode[] }
  | { readonly kind: "repeat"; readonly node: RegexNode; readonly min: number; readonly max: number };

/** The expression is malformed, too large, or not of the subset; the message says why. */
export class RegexProblem extends Error {}

const MAX_SOURCE_LENGTH = 512;
const MAX_DEPTH = 20;
const MAX_REPEAT = 256;
const EMPTY: RegexNode = { kind: "sequence", parts: [] };
const SHORTHANDS: Readonly<Record<string, CodePointSet>> = {
  d: DIGIT,
  D: complementSet(DIGIT),
  w: WORD,
  W: complementSet(WORD),
  s: SPACE,
  S: complementSet(SPACE),
};

class RegexParser {
  readonly #characters: readonly string[];
  readonly #ignoreCase: boolean;
  #at = 0;
  #depth = 0;

  constructor(source: string, ignoreCase: boolean) {
    this.#characters = Array.from(source);
    this.#ignoreCase = ignoreCase;
  }

  parse(): RegexNode {
    const node = this.#choice();
    if (this.#at < this.#characters.length) throw new RegexProblem("it has a `)` without `(`");
    return node;
  }

  #peek(): string {
    return this.#characters[this.#at] ?? "";
  }

  #take(text: string): boolean {
    if (this.#peek() !== text) return false;
    this.#at += 1;
    return true;
  }

  #choice(): RegexNode {
    const options = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return options.length === 1 ? (options[0] ?? EMPTY) : { kind: "choice", options };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    while (this.#at < this.#characters.length && this.#peek() !== "|" && this.#peek() !== ")") {
      parts.push(this.#quantified(this.#atom()));
    }
    return { kind: "sequence", parts };
  }

  #quantified(node: RegexNode): RegexNode {
    const bounds = this.#quantifier();
    if (bounds === undefined) return node;
    this.#take("?");
    if (this.#quantifier() !== undefined) throw new RegexProblem("it has two quantifiers in a row");
    return { kind: "repeat", node, ...bounds };
  }

  #quantifier(): { min: number; max: number } | undefined {
    if (this.#take("*")) return { min: 0, max: Infinity };
    if (this.#take("+")) return { min: 1, max: Infinity };
    if (this.#take("?")) return { min: 0, max: 1 };
    if (this.#peek() !== "{") return undefined;
    const text = this.#characters.slice(this.#at, this.#at + 12).join("");
    const [whole, low = "", comma, high = ""] = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(text) ?? [];
    if (whole === undefined) throw new RegexProblem("it has a `{` that is not a quantifier; write `\\{`");
    this.#at += whole.length;
    const min = Number(low);
    const max = comma === undefined ? min : high === "" ? Infinity : Number(high);
    if (max < min) throw new RegexProblem(`its quantifier ${whole} is out of order`);
    if (min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT)) {
      throw new RegexProblem(`its quantifier ${whole} is larger than ${MAX_REPEAT}`);
    }
    return { min, max };
  }

  #atom(): RegexNode {
    const start = this.#at;
    const character = this.#peek();
    this.#at += 1;
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "set", set: this.#characterClass() };
      case ".":
        return { kind: "set", set: ANY };
      case "\\":
        return { kind: "set", set: this.#escape() };
      case "^":
        if (start === 0) return EMPTY;
        throw new RegexProblem("it has a `^` after its beginning; it is anchored anyway");
      case "$":
        if (this.#at === this.#characters.length) return EMPTY;
        throw new RegexProblem("it has a `$` before its end; it is anchored anyway");
      case "*":
      case "+":
      case "?":
      case "{":
        throw new RegexProblem(`it has a \`${character}\` with nothing to repeat`);
      case "}":
      case "]":
        throw new RegexProblem(`it has a lone \`${character}\`; write \`\\${character}\``);
      default:
        return { kind: "set", set: this.#literal(character) };
    }
  }

  #group(): RegexNode {
    if (this.#take("?") && !this.#take(":")) {
      throw new RegexProblem("it has a lookaround or a named group, which are not supported");
    }
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new RegexProblem(`its groups nest deeper than ${MAX_DEPTH}`);
    const node = this.#choice();
    if (!this.#take(")")) throw new RegexProblem("it has a `(` without `)`");
    this.#depth -= 1;
    return node;
  }

  #literal(character: string): CodePointSet {
    const code = character.codePointAt(0) ?? 0;
    return this.#folded([[code, code]]);
  }

  #folded(set: CodePointSet): CodePointSet {
    return this.#ignoreCase ? foldAsciiCase(set) : set;
  }

  #escape(): CodePointSet {
    const character = this.#peek();
    this.#at += 1;
    const shorthand = Object.hasOwn(SHORTHANDS, character) ? SHORTHANDS[character] : undefined;
    if (shorthand !== undefined) return shorthand;
    if (character === "") throw new RegexProblem("it ends in a backslash");
    if (/[\p{L}\p{N}]/u.test(character)) throw new RegexProblem(`it has \`\\${character}\`, which is not supported`);
    return this.#literal(character);
  }

  #characterClass(): CodePointSet {
    const isNegated = this.#take("^");
    const sets: CodePointSet[] = [];
    while (!this.#take("]")) {
      if (this.#at >= this.#characters.length) throw new RegexProblem("it has a `[` without `]`");
      sets.push(this.#classItem());
    }
    if (sets.length === 0) throw new RegexProblem("it has an empty `[]`");
    const union = this.#folded(unionSets(...sets));
    return isNegated ? complementSet(union) : union;
  }

  #classItem(): CodePointSet {
    const first = this.#classAtom();
    const next = this.#characters[this.#at + 1];
    if (this.#peek() !== "-" || next === undefined || next === "]") return first.set;
    this.#at += 1;
    const last = this.#classAtom();
    if (first.code === undefined || last.code === undefined || last.code < first.code) {
      throw new RegexProblem("it has a range in `[]` that is out of order");
    }
    return [[first.code, last.code]];
  }

  #classAtom(): { readonly set: CodePointSet; readonly code?: number } {
    const character = this.#peek();
    this.#at += 1;
    const isEscape = character === "\\";
    const isShorthand = isEscape && Object.hasOwn(SHORTHANDS, this.#peek());
    const set = isEscape ? this.#escape() : this.#literal(character);
    const code = (isEscape ? this.#characters[this.#at - 1] : character)?.codePointAt(0);
    return isShorthand || code === undefined ? { set } : { set, code };
  }
}

/** @throws RegexProblem for look-around, back references, named groups, `\b`, `\p`, and what is malformed or too large */
export function parseRegex(source: string, ignoreCase: boolean): RegexNode {
  if (source.length > MAX_SOURCE_LENGTH) throw new RegexProblem(`it is longer than ${MAX_SOURCE_LENGTH} characters`);
  return new RegexParser(source, ignoreCase).parse();
}
