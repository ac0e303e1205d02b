import { nextStep } from "./script.mjs";

const RESULT_TYPES = ["function_call_output", "local_shell_call_output"];
/** Input that each known shell tool takes for one command. */
const SHELL_INPUTS = {
  exec_command: (command) => ({ cmd: command }),
  shell: (command) => ({ command: ["bash", "-lc", command] }),
  shell_command: (command) => ({ command }),
};

function outputItem(step) {
  if (step.kind === "end") {
    const content = [{ type: "output_text", text: step.text, annotations: [] }];
    return { type: "message", id: "item_stand_in", role: "assistant", status: "completed", content };
  }
  const { index, tool, input } = step;
  const call = { id: `fc_${index}`, call_id: `call_${index}`, name: tool, arguments: JSON.stringify(input) };
  return { type: "function_call", status: "completed", ...call };
}

function answerResponses(body, steps) {
  const input = Array.isArray(body.input) ? body.input : [];
  const results = input.filter(({ type }) => RESULT_TYPES.includes(type)).map(({ output }) => output);
  const shell = (body.tools ?? []).map(({ name }) => name).find((name) => Object.hasOwn(SHELL_INPUTS, name ?? ""));
  const callShell = (command) => ({ tool: shell, input: SHELL_INPUTS[shell](command) });
  const item = outputItem(nextStep(steps, results, shell === undefined ? undefined : callShell));
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
export function openai(method, path, body, steps) {
  return method === "POST" && path.endsWith("/responses") ? answerResponses(body, steps) : undefined;
}
