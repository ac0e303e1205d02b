import { type CST, Lexer, Parser } from "yaml";

/** Maps and lists within each other. */
export const MAX_DEPTH = 48;
/** Entries of the parser's stack that are not maps or lists: the document and the scalar at hand. */
const STACK_SLACK = 2;

export interface GuardProblem {
  readonly offset: number;
  readonly message: string;
}

export type ReadTokens =
  | { readonly kind: "tokens"; readonly tokens: readonly CST.Token[] }
  | { readonly kind: "problem"; readonly problem: GuardProblem };

function refuse(offset: number, message: string): ReadTokens {
  return { kind: "problem", problem: { offset, message } };
}

/**
 * Reads tokens for the composer and refuses what it should not meet: deep nesting (it recurses, and V8 ends the process
 * when a regular expression is compiled on an exhausted stack), directives (`%YAML 1.1` would change the language), and
 * a second document.
 */
export function readTokens(text: string, onNewLine: (offset: number) => void): ReadTokens {
  const parser = new Parser(onNewLine);
  const tokens: CST.Token[] = [];
  onNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > MAX_DEPTH + STACK_SLACK) return refuse(parser.offset, "the values are nested too deeply");
  }
  tokens.push(...parser.end());
  const directive = tokens.find(({ type }) => type === "directive");
  if (directive !== undefined) return refuse(directive.offset, "YAML directives are not read");
  const [, second] = tokens.filter(({ type }) => type === "document");
  if (second !== undefined) return refuse(second.offset, "a second YAML document begins here; a file holds one");
  return { kind: "tokens", tokens };
}
