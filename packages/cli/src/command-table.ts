import type { ArgumentSpec, CommandSpec, OptionSpec } from "./command.ts";

const backend: OptionSpec = {
  name: "backend",
  value: "NAME",
  summary: "backend (default: BOT_BOTTLE_BACKEND, else config.yml, else the first that works here)",
  complete: "backend",
};
const yes: OptionSpec = { name: "yes", short: "y", summary: "answer the question with yes" };
const slug: ArgumentSpec = {
  name: "slug",
  summary: "name of the bottle; a picker without one",
  required: false,
  complete: "slug",
};

/** Every command, in the order of the help. Static, so that help and completion load nothing. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "init",
    summary: "Write a commented starter bottle and agent",
    arguments: [],
    options: [yes],
    examples: ["bot-bottle init"],
  },
  {
    name: "start",
    summary: "Start an agent in a bottle",
    arguments: [
      { name: "agent", summary: "name of the agent; a picker without one", required: false, complete: "agent" },
    ],
    options: [
      { name: "dry-run", summary: "show the preflight and stop" },
      {
        name: "format",
        value: "FORMAT",
        summary: "text or json; json only with --dry-run",
        complete: ["text", "json"],
      },
      backend,
      {
        name: "bottle",
        value: "NAME",
        repeat: true,
        summary: "bottle in place of the agent's own; more than one are merged in order",
        complete: "bottle",
      },
      { name: "cwd", summary: "copy this folder into the bottle" },
      { name: "label", value: "TEXT", summary: "beginning of the bottle's name, in place of the agent's" },
      { name: "headless", summary: "run one prompt to its end, without a terminal" },
      { name: "prompt", value: "TEXT", summary: "prompt of --headless; - reads it from stdin" },
      { name: "prompt-file", value: "FILE", summary: "prompt of --headless from a file", complete: "file" },
      yes,
      { name: "discard", summary: "leave the agent's work behind at the end" },
      { name: "raw", summary: "pass the agent's terminal output unfiltered" },
      { name: "allow-repo-agent", summary: "accept an agent file of this repository without a question" },
    ],
    examples: [
      "bot-bottle start",
      "bot-bottle start reviewer --cwd",
      'bot-bottle start reviewer --cwd --headless --prompt "Fix the failing test" --yes',
      "bot-bottle start reviewer --dry-run --format json",
    ],
  },
  {
    name: "list",
    summary: "List agents, bottles, or what is active",
    arguments: [
      {
        name: "what",
        summary: "agents, bottles or active; all of them without one",
        required: false,
        complete: ["agents", "bottles", "active"],
      },
    ],
    options: [],
    examples: ["bot-bottle list active"],
  },
  {
    name: "info",
    summary: "Show an agent's effective configuration and where each value comes from",
    arguments: [
      { name: "agent", summary: "name of the agent; a picker without one", required: false, complete: "agent" },
    ],
    options: [{ name: "bottle", value: "NAME", repeat: true, summary: "as of start", complete: "bottle" }],
    examples: ["bot-bottle info reviewer"],
  },
  {
    name: "why",
    summary: "Explain offline whether a request would pass, and what would allow it",
    arguments: [
      { name: "agent", summary: "name of the agent", required: true, complete: "agent" },
      { name: "method", summary: "HTTP method", required: true, complete: ["GET", "POST", "PUT", "DELETE"] },
      { name: "url", summary: "URL of the request", required: true },
    ],
    options: [
      { name: "bottle", value: "NAME", repeat: true, summary: "as of start", complete: "bottle" },
      { name: "header", value: "NAME:VALUE", repeat: true, summary: "header of the request" },
    ],
    examples: ["bot-bottle why reviewer GET https://registry.npmjs.org/left-pad"],
  },
  {
    name: "exec",
    summary: "Run a command in a running bottle",
    arguments: [slug],
    options: [{ name: "root", summary: "as root of the bottle instead of the agent's user" }],
    rest: "command…",
    examples: ["bot-bottle exec reviewer-k3x7q -- git status"],
  },
  {
    name: "attach",
    summary: "Open a new session of the agent in a running bottle; the earlier one ends",
    arguments: [slug],
    options: [{ name: "raw", summary: "pass the agent's terminal output unfiltered" }, yes],
    examples: ["bot-bottle attach reviewer-k3x7q"],
  },
  {
    name: "logs",
    summary: "Show a bottle's audit trail",
    arguments: [slug],
    options: [
      { name: "follow", short: "f", summary: "go on as records arrive; with --json one document a line" },
      { name: "verify", summary: "check that the trail is whole" },
    ],
    examples: ["bot-bottle logs reviewer-k3x7q", "bot-bottle logs reviewer-k3x7q --verify"],
  },
  {
    name: "pull",
    summary: "Fetch the work of an ended bottle as a branch of this repository",
    arguments: [slug],
    options: [],
    examples: ["bot-bottle pull reviewer-k3x7q"],
  },
  {
    name: "cleanup",
    summary: "Remove what bottles without a living owner left behind",
    arguments: [],
    options: [
      yes,
      { name: "dry-run", summary: "show the plan and stop" },
      { name: "discard", summary: "leave the agents' work behind" },
    ],
    examples: ["bot-bottle cleanup"],
  },
  {
    name: "doctor",
    summary: "Check this machine, and prove that the wall of a bottle holds",
    arguments: [],
    options: [backend, { name: "no-proof", summary: "leave out the live proof of the wall" }],
    examples: ["bot-bottle doctor"],
  },
  {
    name: "completion",
    summary: "Print a completion script",
    arguments: [{ name: "shell", summary: "bash, zsh or fish", required: true, complete: ["bash", "zsh", "fish"] }],
    options: [],
    examples: ["bot-bottle completion bash > /etc/bash_completion.d/bot-bottle"],
  },
];
