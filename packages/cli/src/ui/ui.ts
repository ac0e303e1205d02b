import type { Readable, Writable } from "node:stream";
import type { Reporter } from "@bot-bottle/core";

/** A stream of the process; `isTTY` decides about colour, progress and questions. */
export type InputStream = Readable & { readonly isTTY?: boolean };
export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** Everything between a command and the human. Answers go to stdout through the command's result, the rest through here. */
export interface Ui {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** stdin and stderr are terminals, so that questions can be asked */
  readonly interactive: boolean;
  readonly json: boolean;
  /** one line on stderr */
  note(line: string): void;
  warn(line: string, hint?: string): void;
  /** progress of long work on stderr; one line that changes on a terminal, plain lines elsewhere */
  readonly reporter: Reporter;
  /** ends the progress line, so that something else can be written */
  settle(): void;
  /** @param flag what answers the question without a terminal, e.g. `--yes` */
  confirm(question: string, flag: string): Promise<boolean>;
  select(question: string, choices: readonly Choice[], flag: string): Promise<string>;
  /** asked without echo */
  secret(question: string, flag: string): Promise<string>;
}
