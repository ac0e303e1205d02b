import { escapeForDisplay, type ReportEvent, type Reporter } from "@bot-bottle/core";
import type { Style } from "./style.ts";
import type { OutputStream } from "./ui.ts";

export interface Progress extends Reporter {
  /** ends the changing line */
  settle(): void;
}

const CLEAR_LINE = "\r\u001b[2K";

/** Plain lines: one a step, output of builds indented under it. */
function plainProgress(stderr: OutputStream, style: Style): Progress {
  return {
    settle: () => undefined,
    report: (event) => {
      const line = lineOf(event, style);
      if (line !== undefined) stderr.write(`${line}\n`);
    },
  };
}

function lineOf(event: ReportEvent, style: Style): string | undefined {
  switch (event.type) {
    case "step":
      return event.idle === true ? undefined : style.dim(event.title);
    case "progress":
      return style.dim(`  ${escapeForDisplay(event.line)}`);
    case "warning":
      return style.yellow("warning: ") + event.message + (event.hint === undefined ? "" : `\n  ${event.hint}`);
    case "step-done":
      return undefined;
  }
}

/** One line that changes; warnings stay above it. */
function terminalProgress(stderr: OutputStream, style: Style): Progress {
  let shown = false;
  const settle = (): void => {
    if (shown) stderr.write(CLEAR_LINE);
    shown = false;
  };
  return {
    settle,
    report: (event) => {
      const line = lineOf(event, style);
      if (line === undefined) return;
      settle();
      if (event.type === "warning") {
        stderr.write(`${line}\n`);
        return;
      }
      // Cut before colouring, so that an escape sequence is never cut in half.
      const width = Math.max(20, (stderr.columns ?? 80) - 1);
      const text =
        event.type === "progress" ? `  ${escapeForDisplay(event.line)}` : event.type === "step" ? event.title : "";
      stderr.write(style.dim(text.slice(0, width)));
      shown = true;
    },
  };
}

export function createProgress(stderr: OutputStream, style: Style): Progress {
  return stderr.isTTY === true ? terminalProgress(stderr, style) : plainProgress(stderr, style);
}
