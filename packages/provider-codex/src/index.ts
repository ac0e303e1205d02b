import { definePlugin } from "@bot-bottle/core";
import { CodexProvider } from "./codex-provider.ts";

export { CodexProvider } from "./codex-provider.ts";
export { CODEX_VERSION } from "./version.ts";

export default definePlugin({ kind: "provider", name: "codex", create: () => new CodexProvider() });
