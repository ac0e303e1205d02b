import type { Readable, Writable } from "node:stream";
import type { Reporter } from "../events/reporter.ts";
import type { SidecarEndpoints } from "../sidecar/control-protocol.ts";
import type { BottlePlan } from "./plan.ts";

/** A command in the guest. Without sinks the output is captured, at most `maxOutputBytes` of each stream. */
export interface ExecRequest {
  /** program and arguments; never a shell string */
  readonly argv: readonly string[];
  /** default `agent` */
  readonly user?: "root" | "agent";
  /** default `/` */
  readonly cwd?: string;
  /** replaces nothing, adds to the guest's own environment */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Readable | Uint8Array | string;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** bound of each captured stream in bytes, default 1 MiB; more is `BB_PROVISION` */
  readonly maxOutputBytes?: number;
  /** time limit in ms; none when absent */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** records the process group under this name, so that `endSession` ends its whole tree */
  readonly session?: string;
}

export interface ExecResult {
  /** 128 + signal for a command that a signal ended */
  readonly exitCode: number;
  /** empty when `stdout` was given */
  readonly stdout: string;
  readonly stderr: string;
}

/** The human's terminal as a bottle sees it. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  size(): { readonly columns: number; readonly rows: number };
  /** @returns a function that stops listening */
  onResize(listener: () => void): () => void;
  /** value of TERM */
  readonly name: string;
}

export interface AttachRequest {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal: Terminal;
  readonly signal?: AbortSignal;
  readonly session?: string;
}

/** A file tree on its way into the guest; folders come before what they hold. */
export interface TreeEntry {
  /** relative, `/`-separated, without `.` and `..` segments */
  readonly path: string;
  readonly type: "file" | "directory" | "symlink";
  /** permission bits */
  readonly mode: number;
  /** of files; a function is called once, when the entry's turn comes */
  readonly content?: Uint8Array | string | (() => Readable);
  /** bytes of `content`; required for a function */
  readonly size?: number;
  /** target of a symlink */
  readonly target?: string;
}

export type TreeEntries = Iterable<TreeEntry> | AsyncIterable<TreeEntry>;

export interface CopyOptions {
  /** who unpacks and owns it; default `agent` */
  readonly user?: "root" | "agent";
  /** ends the copy at once, wherever it is */
  readonly signal?: AbortSignal | undefined;
}

/** A running bottle. Backends offer these primitives; provisioning and the command line are built on them. */
export interface Bottle extends AsyncDisposable {
  readonly plan: BottlePlan;
  /** hears warnings of provision steps */
  readonly reporter: Reporter;
  readonly sidecar: {
    /** PEM, certificate only */
    readonly caCertificate: string;
    readonly endpoints: SidecarEndpoints;
  };
  exec(request: ExecRequest): Promise<ExecResult>;
  /** Runs a program on a terminal of its own. @returns its exit code */
  attach(request: AttachRequest): Promise<number>;
  /** Writes one file as the given user, its folders included. @param mode permission bits */
  writeFile(path: string, content: string | Uint8Array, mode: number, user?: "root" | "agent"): Promise<void>;
  /**
   * Copies a tree below `targetDir`; folders that are missing are made, existing files are replaced, nothing else is
   * removed.
   */
  copyIn(entries: TreeEntries, targetDir: string, options?: CopyOptions): Promise<void>;
  /** Content of one regular file, as the agent user. @param maxBytes a larger file is `BB_PROVISION` */
  copyOut(path: string, maxBytes: number): Promise<Buffer>;
  /** Ends every process that was started under this session name, its descendants included. */
  endSession(session: string): Promise<void>;
  /** Stops and removes everything that this bottle owns; a second call does nothing. */
  destroy(): Promise<void>;
}
