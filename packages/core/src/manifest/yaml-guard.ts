import type { CST } from "yaml";

/** Maps and lists within each other. */
export const MAX_DEPTH = 48;

export interface GuardProblem {
  readonly offset: number;
  readonly message: string;
}

interface Visit {
  readonly token: CST.Token;
  readonly depth: number;
}

function childrenOf(token: CST.Token): readonly (CST.Token | null | undefined)[] {
  switch (token.type) {
    case "document":
      return [token.value];
    case "block-map":
    case "block-seq":
    case "flow-collection":
      return token.items.flatMap(({ key, value }) => [key, value]);
    default:
      return [];
  }
}

/**
 * Refuses what the composer should not meet: deep nesting (it recurses, and V8 ends the process when a regular
 * expression is compiled on an exhausted stack), directives (`%YAML 1.1` would change the language), several documents.
 */
export function guardTokens(tokens: readonly CST.Token[]): GuardProblem | undefined {
  let documents = 0;
  const stack: Visit[] = [];
  for (const token of tokens) {
    if (token.type === "directive") return { offset: token.offset, message: "YAML directives are not read" };
    if (token.type === "document" && ++documents > 1) {
      return { offset: token.offset, message: "a second YAML document begins here; a file holds one" };
    }
    stack.push({ token, depth: 0 });
  }
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    const { token, depth } = visit;
    if (depth > MAX_DEPTH) return { offset: token.offset, message: "the values are nested too deeply" };
    for (const child of childrenOf(token)) {
      if (child !== null && child !== undefined) stack.push({ token: child, depth: depth + 1 });
    }
  }
  return undefined;
}
