/** Types of the stand-in model API for tests; the modules themselves are plain JavaScript, because a container runs them. */

/** PEM key and certificate of an authority that only a test trusts. */
export interface StandInAuthority {
  readonly subject: string;
  readonly key: string;
  readonly cert: string;
  /** hex */
  readonly keyId: string;
}

/** One request as it arrived, credentials included. */
export interface LoggedRequest {
  /** ISO 8601 */
  readonly at: string;
  readonly method: string;
  /** without a port */
  readonly host: string;
  readonly url: string;
  readonly authorization?: string;
  /** value of x-api-key */
  readonly apiKey?: string;
  /** value of chatgpt-account-id */
  readonly account?: string;
  readonly userAgent?: string;
  readonly upgrade?: string;
  /** length of the body */
  readonly bytes: number;
}

export interface FixedAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A command for the agent's shell tool, or a call of another tool of the program. */
export type ScriptStep = string | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> };

export interface ScriptOptions {
  /** one tool call each; after the last one the answer is the marker and the last result */
  readonly steps?: readonly ScriptStep[] | undefined;
  /** fixed answers by `METHOD host/path` */
  readonly answers?: Readonly<Record<string, FixedAnswer>> | undefined;
  /** pause after each event of a stream in ms */
  readonly paceMs?: number | undefined;
}

export interface RunningModelApi extends AsyncDisposable {
  readonly port: number;
  /** PEM */
  readonly caCertificate: string;
  /** grows while the server runs */
  readonly requests: readonly LoggedRequest[];
  close(): Promise<void>;
}

export interface RunningInterceptor extends AsyncDisposable {
  readonly proxyUrl: string;
  readonly caCertificate: string;
  readonly requests: readonly LoggedRequest[];
  /** authority of each CONNECT */
  readonly connects: readonly string[];
  close(): Promise<void>;
}

/** What an engine's API is told to create. */
export interface ModelApiContainer {
  readonly build: { readonly contextDir: string; readonly dockerfile: string };
  readonly create: {
    readonly name: string;
    readonly Image: string;
    readonly Labels: Record<string, string>;
    readonly Env: string[];
    readonly HostConfig: {
      readonly NetworkMode: string;
      readonly Init: boolean;
      readonly CapDrop: string[];
      readonly SecurityOpt: string[];
      readonly LogConfig: { readonly Type: string; readonly Config: Record<string, string> };
    };
    readonly NetworkingConfig: { readonly EndpointsConfig: Record<string, { readonly Aliases: string[] }> };
  };
  /** prints the request log inside the container, once it serves */
  readonly requestsArgv: readonly string[];
}

/** What every last answer begins with. */
export const MARKER: string;
export const DEFAULT_HOSTS: readonly string[];

export function mintAuthority(subject?: string): StandInAuthority;
export function issueCertificate(
  authority: StandInAuthority,
  hosts: readonly string[],
): { readonly key: string; readonly cert: string };

export function startModelApi(
  options?: ScriptOptions & {
    readonly port?: number;
    readonly address?: string;
    readonly hosts?: readonly string[];
    readonly authority?: StandInAuthority;
  },
): Promise<RunningModelApi>;

export function startInterceptor(
  options?: ScriptOptions & {
    readonly decide?: (request: LoggedRequest, body: Buffer) => FixedAnswer | undefined;
  },
): Promise<RunningInterceptor>;

export function modelApiContainer(
  options: ScriptOptions & {
    /** tag that the image was built under */
    readonly image: string;
    readonly name: string;
    /** existing engine network */
    readonly network: string;
    readonly authority: StandInAuthority;
    readonly hosts?: readonly string[];
    readonly labels?: Readonly<Record<string, string>>;
  },
): ModelApiContainer;

export function parseRequests(text: string): LoggedRequest[];
