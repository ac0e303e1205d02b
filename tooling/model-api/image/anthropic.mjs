import { nextStep } from "./script.mjs";

const SHELL = "Bash";

/** Content of each tool result in the conversation, oldest first. */
function toolResults(messages) {
  return (messages ?? [])
    .flatMap(({ content }) => (Array.isArray(content) ? content : []))
    .filter(({ type }) => type === "tool_result")
    .map(({ content }) => content);
}

function contentBlock(step) {
  if (step.kind === "end") return { type: "text", text: step.text };
  return { type: "tool_use", id: `toolu_${step.index}`, name: step.tool, input: step.input };
}

function answerMessages(body, steps) {
  const hasShell = (body.tools ?? []).some(({ name }) => name === SHELL);
  const callShell = (command) => ({ tool: SHELL, input: { command, description: "a step of the script" } });
  const step = nextStep(steps, toolResults(body.messages), hasShell ? callShell : undefined);
  const block = contentBlock(step);
  const stopReason = step.kind === "end" ? "end_turn" : "tool_use";
  const message = {
    id: "msg_stand_in",
    type: "message",
    role: "assistant",
    model: body.model ?? "stand-in",
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  if (body.stream !== true) return { json: { ...message, content: [block], stop_reason: stopReason } };
  const start = step.kind === "end" ? { type: "text", text: "" } : { ...block, input: {} };
  const delta =
    step.kind === "end"
      ? { type: "text_delta", text: block.text }
      : { type: "input_json_delta", partial_json: JSON.stringify(block.input) };
  return {
    events: [
      ["message_start", { message }],
      ["content_block_start", { index: 0, content_block: start }],
      ["content_block_delta", { index: 0, delta }],
      ["content_block_stop", { index: 0 }],
      ["message_delta", { delta: { stop_reason: stopReason, stop_sequence: null }, usage: { output_tokens: 3 } }],
      ["message_stop", {}],
    ],
  };
}

/** The Anthropic Messages API, as far as an agent program needs it. @returns undefined for other requests */
export function anthropic({ method, path, body }, steps) {
  if (method === "POST" && path === "/v1/messages") return answerMessages(body, steps);
  if (method === "POST" && path === "/v1/messages/count_tokens") return { json: { input_tokens: 1 } };
  if (method === "GET" && path === "/v1/models") return { json: { data: [], has_more: false } };
  // Without a valid answer Claude Code switches its web tools off.
  if (method === "GET" && path === "/api/claude_code/policy_limits") return { json: { restrictions: {} } };
  return undefined;
}
