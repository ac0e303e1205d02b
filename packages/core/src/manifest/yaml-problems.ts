import type { ErrorCode as YamlCode } from "yaml";

const TEXTS: Partial<Record<YamlCode, string>> = {
  ALIAS_PROPS: "an alias takes no tag and no anchor",
  BAD_ALIAS: "an alias refers to no anchor before it",
  BAD_COLLECTION_TYPE: "tags are not read",
  BAD_DIRECTIVE: "YAML directives are not read",
  BAD_DQ_ESCAPE: "an escape in double quotes is not known; use single quotes",
  BAD_INDENT: "the indentation does not fit the lines before it, or a bracket is not closed",
  BAD_PROP_ORDER: "an anchor or tag stands in the wrong place",
  BAD_SCALAR_START: "a value that begins with this character must be quoted",
  BLOCK_AS_IMPLICIT_KEY: "a second `:` or a list on the line of a key; quote the value, or begin a new line",
  BLOCK_IN_FLOW: "an indented block cannot stand within brackets",
  KEY_OVER_1024_CHARS: "a key is too long, or a `:` is missing",
  MISSING_CHAR: "a character is missing: a quote, a bracket, a comma, or `:` after a key",
  MULTILINE_IMPLICIT_KEY: "a key must stand on one line, followed by `:`",
  MULTIPLE_ANCHORS: "a value has two anchors",
  MULTIPLE_TAGS: "tags are not read",
  NON_STRING_KEY: "a key must be a text",
  RESOURCE_EXHAUSTION: "the values are nested too deeply",
  TAB_AS_INDENT: "a tab cannot indent YAML; use spaces",
  TAG_RESOLVE_FAILED: "tags are not read",
  UNEXPECTED_TOKEN: "something stands where YAML does not expect it; quote the value or check the indentation",
};

/** Our sentence for a parser's error code. The parser's own texts quote the file, which may hold secrets. */
export function yamlProblem(code: YamlCode): string {
  return TEXTS[code] ?? "this is not YAML";
}
