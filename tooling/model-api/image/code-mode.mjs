import { textOf } from "./script.mjs";

// Codex's newer models get one tool, functions.exec: it takes JavaScript, in which the program's other tools are
// functions.

const NAMESPACE = "functions";
const NAME = "exec";
const PREAMBLE = /^Script completed\nWall time [^\n]*\nOutput:\n/;

/** Whether a request offers that tool: as an item of the conversation, not among `tools`. */
export function isCodeMode(input) {
  const namespaces = input.filter(({ type }) => type === "additional_tools").flatMap(({ tools }) => tools ?? []);
  const functions = namespaces.filter(({ name }) => name === NAMESPACE).flatMap(({ tools }) => tools ?? []);
  return functions.some(({ name }) => name === NAME);
}

/** A call of the program's tool `tool` by way of JavaScript; an answer with an `output` is cut down to that. */
export function codeCall({ index, tool, input }) {
  const code = `const result = await tools.${tool}(${JSON.stringify(input)});\ntext(result.output ?? result);`;
  const call = { id: `ctc_${index}`, call_id: `call_${index}`, namespace: NAMESPACE, name: NAME, input: code };
  return { type: "custom_tool_call", status: "completed", ...call };
}

/** What the called tool said, without what is said about the JavaScript, unless that failed. */
export function codeResult(output) {
  const text = textOf(output);
  return PREAMBLE.test(text) ? text.replace(PREAMBLE, "").replace(/\n$/, "") : text;
}
