import type { HomePaths } from "@bot-bottle/core";
import type { Ui } from "./ui/ui.ts";

/** What an argument or option value names, for shell completion. */
export type CompletionKind = "agent" | "bottle" | "slug" | "backend" | "file" | readonly string[];

export interface ArgumentSpec {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
  readonly complete?: CompletionKind;
}

export interface OptionSpec {
  /** long name without dashes */
  readonly name: string;
  readonly short?: string;
  /** placeholder of the value, e.g. `NAME`; absent for a switch */
  readonly value?: string;
  /** may be given more than once, in order */
  readonly repeat?: boolean;
  readonly summary: string;
  readonly complete?: CompletionKind;
}

/** A command as help, completion and docs see it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec[];
  /** what may follow `--`, e.g. `command…` */
  readonly rest?: string;
  readonly examples: readonly string[];
}

export interface CommandInput {
  /** arguments by name; absent ones are missing */
  readonly arguments: Readonly<Record<string, string | undefined>>;
  readonly switches: ReadonlySet<string>;
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>;
  /** what follows `--`; undefined without one */
  readonly rest: readonly string[] | undefined;
}

/** What a command answers; the frame prints it. */
export interface CommandResult {
  /** default 0 */
  readonly exitCode?: number;
  /** answer for people, with its line ends */
  readonly text?: string;
  /** the same answer as data, printed instead of `text` with `--json` */
  readonly json?: unknown;
  /** the data was asked for in another way than `--json` */
  readonly preferJson?: boolean;
}

export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly home: HomePaths;
  /** the user's own home */
  readonly userHome: string;
  readonly version: string;
  readonly ui: Ui;
  /** aborted by the first Ctrl-C, SIGTERM or SIGHUP */
  readonly signal: AbortSignal;
}

export interface CommandModule {
  run(context: CommandContext, input: CommandInput): Promise<CommandResult>;
}
