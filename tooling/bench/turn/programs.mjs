import { randomBytes } from "node:crypto";

const random = () => randomBytes(32).toString("base64url");

/** The agent programs, by what their bottles need; the stand-in takes any credential. */
export const PROGRAMS = [
  {
    title: "Codex",
    template: "codex",
    package: "@bot-bottle/provider-codex",
    apiHost: "api.openai.com",
    variable: "OPENAI_API_KEY",
    credential: `sk-proj-${random()}`,
  },
  {
    title: "Claude Code",
    template: "claude",
    package: "@bot-bottle/provider-claude",
    apiHost: "api.anthropic.com",
    variable: "ANTHROPIC_API_KEY",
    credential: `sk-ant-api03-${random()}`,
  },
];
