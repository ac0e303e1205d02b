import { type CodePointSet, setHas } from "./code-point-set.ts";
import { parseRegex, type RegexNode, RegexProblem } from "./regex-parse.ts";

/** One instruction of the automaton: consume a character of `set`, go on at all of `next`, or accept. */
type Instruction =
  | { readonly kind: "consume"; readonly set: CodePointSet }
  | { readonly kind: "fork"; next: readonly number[] }
  | { readonly kind: "accept" };

const MAX_PROGRAM = 1000;
const MAX_VISITS = 10 * MAX_PROGRAM;
const TOO_LARGE = "it is too large once its quantifiers are written out";
const MAX_TEXT_LENGTH = 2048;

class Assembler {
  readonly program: Instruction[] = [];
  /** nodes visited; groups without content would repeat without an instruction */
  #visits = 0;

  #push(instruction: Instruction): void {
    if (this.program.length >= MAX_PROGRAM) throw new RegexProblem(TOO_LARGE);
    this.program.push(instruction);
  }

  #fork(): { next: readonly number[] } {
    const fork = { kind: "fork" as const, next: [] as readonly number[] };
    this.#push(fork);
    return fork;
  }

  accept(): void {
    this.#push({ kind: "accept" });
  }

  add(node: RegexNode): void {
    this.#visits += 1;
    if (this.#visits > MAX_VISITS) throw new RegexProblem(TOO_LARGE);
    switch (node.kind) {
      case "set":
        this.#push({ kind: "consume", set: node.set });
        return;
      case "sequence":
        for (const part of node.parts) this.add(part);
        return;
      case "choice":
        this.#addChoice(node.options);
        return;
      case "repeat":
        for (let count = 0; count < node.min; count++) this.add(node.node);
        if (node.max === Infinity) this.#addLoop(node.node);
        else this.#addOptional(node.node, node.max - node.min);
    }
  }

  #addChoice(options: readonly RegexNode[]): void {
    const entry = this.#fork();
    const starts: number[] = [];
    const exits: { next: readonly number[] }[] = [];
    for (const option of options) {
      starts.push(this.program.length);
      this.add(option);
      exits.push(this.#fork());
    }
    entry.next = starts;
    for (const exit of exits) exit.next = [this.program.length];
  }

  #addLoop(node: RegexNode): void {
    const start = this.program.length;
    const entry = this.#fork();
    this.add(node);
    this.#fork().next = [start];
    entry.next = [start + 1, this.program.length];
  }

  #addOptional(node: RegexNode, times: number): void {
    const entries: { fork: { next: readonly number[] }; body: number }[] = [];
    for (let count = 0; count < times; count++) {
      const fork = this.#fork();
      entries.push({ fork, body: this.program.length });
      this.add(node);
    }
    for (const { fork, body } of entries) fork.next = [body, this.program.length];
  }
}

/** States of the automaton that are live at one place of the text. */
class StateSet {
  readonly #program: readonly Instruction[];
  readonly #seen: Uint8Array;
  readonly consuming: number[] = [];
  accepts = false;

  constructor(program: readonly Instruction[]) {
    this.#program = program;
    this.#seen = new Uint8Array(program.length);
  }

  clear(): void {
    this.#seen.fill(0);
    this.consuming.length = 0;
    this.accepts = false;
  }

  add(start: number): void {
    const pending = [start];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const instruction = this.#program[at];
      if (instruction === undefined || this.#seen[at] === 1) continue;
      this.#seen[at] = 1;
      if (instruction.kind === "accept") this.accepts = true;
      else if (instruction.kind === "consume") this.consuming.push(at);
      else pending.push(...instruction.next);
    }
  }
}

function runProgram(program: readonly Instruction[], text: string): boolean {
  let [current, next] = [new StateSet(program), new StateSet(program)];
  current.add(0);
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    next.clear();
    for (const at of current.consuming) {
      const instruction = program[at];
      if (instruction?.kind === "consume" && setHas(instruction.set, code)) next.add(at + 1);
    }
    if (next.consuming.length === 0 && !next.accepts) return false;
    [current, next] = [next, current];
  }
  return current.accepts;
}

export type PathRegex =
  | { readonly kind: "regex"; readonly test: (text: string) => boolean }
  | { readonly kind: "invalid"; readonly why: string };

/**
 * Compiles a path pattern: JavaScript syntax without look-around, back references, named groups, `\b` and `\p`; `.` is
 * any character. It is anchored at both ends and runs as a finite automaton, so its time is bounded by text length
 * times pattern size whatever the pattern and the text are. A text longer than 2048 characters does not match.
 */
export function compilePathRegex(source: string, options: { readonly ignoreCase: boolean }): PathRegex {
  try {
    const assembler = new Assembler();
    assembler.add(parseRegex(source, options.ignoreCase));
    assembler.accept();
    const { program } = assembler;
    return { kind: "regex", test: (text) => text.length <= MAX_TEXT_LENGTH && runProgram(program, text) };
  } catch (error) {
    if (error instanceof RegexProblem) return { kind: "invalid", why: error.message };
    throw error;
  }
}
