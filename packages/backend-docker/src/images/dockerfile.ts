/** Instructions of a Dockerfile, comments cut and continued lines joined. */
function instructions(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replaceAll(/\\[ \t]*\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function unquote(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

/** `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}`; a variable that is not known is empty. */
function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$(?:\{(\w+)(?:(:[-+])([^}]*))?\}|(\w+))/g,
    (
      _match,
      braced: string | undefined,
      operator: string | undefined,
      word: string | undefined,
      bare: string | undefined,
    ) => {
      const value = values[braced ?? bare ?? ""] ?? "";
      if (operator === ":-") return value === "" ? (word ?? "") : value;
      if (operator === ":+") return value === "" ? "" : (word ?? "");
      return value;
    },
  );
}

/** True when the Dockerfile declares the build argument. */
export function declaresArgument(text: string, name: string): boolean {
  return instructions(text).some((line) => new RegExp(`^ARG\\s+(?:.*\\s)?${name}(?:[=\\s]|$)`, "i").test(line));
}

/** Images that a Dockerfile starts from, its own stages and `scratch` left out, in order, each once. */
export function baseImages(text: string, buildArgs: Readonly<Record<string, string>>): readonly string[] {
  const values: Record<string, string> = {};
  const stages = new Set<string>(["scratch"]);
  const bases = new Set<string>();
  let beforeFrom = true;
  for (const line of instructions(text)) {
    const argument = /^ARG\s+(.*)$/is.exec(line);
    if (argument !== null && beforeFrom) {
      for (const [, name, value] of (argument[1] ?? "").matchAll(/(\w+)(?:=("[^"]*"|'[^']*'|\S*))?/g)) {
        if (name === undefined) continue;
        values[name] = buildArgs[name] ?? expand(unquote(value ?? ""), values);
      }
    }
    const from = /^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(line);
    if (from === null) continue;
    beforeFrom = false;
    const image = expand(unquote(from[1] ?? ""), values);
    if (image !== "" && !stages.has(image.toLowerCase())) bases.add(image);
    if (from[2] !== undefined) stages.add(from[2].toLowerCase());
  }
  return [...bases];
}
