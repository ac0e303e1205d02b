import { definePlugin } from "@bot-bottle/core";
import { ClaudeProvider } from "./claude-provider.ts";

export { ClaudeProvider } from "./claude-provider.ts";
export { CLAUDE_CODE_VERSION } from "./version.ts";

export default definePlugin({ kind: "provider", name: "claude", create: () => new ClaudeProvider() });
