import { type Agent, request } from "node:http";

/** What an engine says about itself in the headers of `GET /_ping`. */
export interface PingAnswer {
  /** e.g. `20.10.24`; undefined when the engine does not tell */
  readonly version: string | undefined;
  /** how far the engine's clock is ahead of ours, in ms; precise to a second */
  readonly clockSkewMs: number;
}

function parseVersion(server: string | undefined): string | undefined {
  return server === undefined ? undefined : /^Docker\/([0-9]+(?:\.[0-9]+)*)/.exec(server)?.[1];
}

/**
 * Asks whether an engine answers, by one plain request: no client library is loaded for it.
 * @throws the system's error of the connection, or an Error with the reason
 */
export async function pingEngine(agent: Agent, timeoutMs: number): Promise<PingAnswer> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      sent.destroy(Object.assign(new Error(`no answer within ${timeoutMs / 1000} s`), { code: "ETIMEDOUT" }));
    }, timeoutMs);
    const sent = request({ agent, host: "engine", path: "/_ping" }, (answer) => {
      answer.resume();
      answer.once("end", () => {
        clearTimeout(timer);
        if (answer.statusCode !== 200) {
          reject(new Error(`it answers with HTTP status ${String(answer.statusCode)}`));
          return;
        }
        const header = (name: string): string | undefined => {
          const value = answer.headers[name];
          return typeof value === "string" ? value : undefined;
        };
        const date = Date.parse(header("date") ?? "");
        resolve({
          version: parseVersion(header("server")),
          clockSkewMs: Number.isNaN(date) ? 0 : date - Date.now(),
        });
      });
    });
    sent.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end();
  });
}
