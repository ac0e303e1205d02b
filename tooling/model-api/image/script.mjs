/** What every last answer begins with; the text of the last tool result follows on the next line. */
export const MARKER = "BOTTLE-OK";

/** Text of a content field: a string, or a list of blocks that may have text. */
export function textOf(content) {
  if (typeof content === "string") return content;
  return (content ?? []).map((block) => block.text ?? "").join("");
}

/**
 * What to answer after `results`, the tool results of the conversation so far: the next tool call, or the end.
 * Stateless: the conversation itself says how far the script is. A step is a shell command, or `{tool, input}` for a
 * tool of another name.
 * @param callShell makes `{tool, input}` of a shell command; undefined when the request offers no shell tool, as the
 *   side requests of a program (titles, summaries) do
 */
export function nextStep(steps, results, callShell) {
  const step = callShell === undefined ? undefined : steps[results.length];
  if (step !== undefined) {
    const call = typeof step === "string" ? callShell(step) : step;
    return { kind: "call", index: results.length, ...call };
  }
  const last = results.at(-1);
  return { kind: "end", text: last === undefined ? MARKER : `${MARKER}\n${textOf(last)}` };
}
