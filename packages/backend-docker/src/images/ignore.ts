interface Rule {
  readonly pattern: RegExp;
  readonly keep: boolean;
}

/** One pattern of `.dockerignore` as a regular expression: `*` and `?` stay inside a segment, `**` crosses borders. */
function toPattern(text: string): RegExp {
  const source = text.replace(/\*\*\/|\*\*|\*|\?|\[(?:[^\]\\]|\\.)+\]|\\.|[^*?\\[]|./gs, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 2 && part.startsWith("[")) return part.replace(/^\[[!^]/, "[^");
    return (part.length === 2 ? part.slice(1) : part).replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  });
  return new RegExp(`^${source}(?:/|$)`, "s");
}

/**
 * Reads a `.dockerignore`: one pattern a line, the last one that matches decides, `!` brings back.
 * @returns true for a path (relative, `/`-separated) that stays out of the build context
 */
export function parseIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line): Rule => {
      const keep = line.startsWith("!");
      const pattern = (keep ? line.slice(1).trim() : line).replace(/^\.?\/+/, "").replace(/\/+$/, "");
      return { pattern: toPattern(pattern), keep };
    });
  return (path) => {
    let ignored = false;
    for (const { pattern, keep } of rules) if (pattern.test(path)) ignored = !keep;
    return ignored;
  };
}
