import { codeCall, codeResult, isCodeMode } from "./code-mode.mjs";
import { nextStep } from "./script.mjs";

const asItIs = (output) => output;
/** Items that hold a tool's result, and how to read them. */
const RESULTS = {
  function_call_output: asItIs,
  local_shell_call_output: asItIs,
  custom_tool_call_output: codeResult,
};
/** Codex lets go of a command after 10 s unless told otherwise; this is the longest that it waits. */
const LONGEST_MS = 30_000;
/** Input that each known shell tool takes for one command. */
const SHELL_INPUTS = {
  exec_command: (command) => ({ cmd: command, yield_time_ms: LONGEST_MS }),
  shell: (command) => ({ command: ["bash", "-lc", command] }),
  shell_command: (command) => ({ command }),
};
/** Codex has each conversation named. Without the marker, because the name is shown and a test may wait for the marker. */
const NAMED = JSON.stringify({ title: "Stand-in" });

function message(text) {
  const content = [{ type: "output_text", text, annotations: [] }];
  return { type: "message", id: "item_stand_in", role: "assistant", status: "completed", content };
}

function functionCall({ index, tool, input }) {
  const call = { id: `fc_${index}`, call_id: `call_${index}`, name: tool, arguments: JSON.stringify(input) };
  return { type: "function_call", status: "completed", ...call };
}

function shellOf(body, codeMode) {
  if (codeMode) return "exec_command";
  return (body.tools ?? []).map(({ name }) => name).find((name) => Object.hasOwn(SHELL_INPUTS, name ?? ""));
}

function outputItem(body, steps) {
  // Such a request offers tools too, but is none of the script's business.
  if (body.text?.format?.name === "codex_output_schema") return message(NAMED);
  const input = Array.isArray(body.input) ? body.input : [];
  const results = input
    .filter(({ type }) => Object.hasOwn(RESULTS, type ?? ""))
    .map(({ type, output }) => RESULTS[type](output));
  const codeMode = isCodeMode(input);
  const shell = shellOf(body, codeMode);
  const callShell = (command) => ({ tool: shell, input: SHELL_INPUTS[shell](command) });
  const step = nextStep(steps, results, shell === undefined ? undefined : callShell);
  if (step.kind === "end") return message(step.text);
  return codeMode ? codeCall(step) : functionCall(step);
}

function answerResponses(body, steps) {
  const item = outputItem(body, steps);
  const response = { id: "resp_stand_in", object: "response", status: "in_progress", output: [] };
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 3,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 4,
  };
  return {
    events: [
      ["response.created", { response }],
      ["response.output_item.done", { output_index: 0, item }],
      ["response.completed", { response: { ...response, status: "completed", output: [item], usage } }],
    ],
  };
}

/** The OpenAI Responses API, as far as an agent program needs it. @returns undefined for other requests */
export function openai({ method, path, body }, steps) {
  return method === "POST" && path.endsWith("/responses") ? answerResponses(body, steps) : undefined;
}
