import { request } from "node:http";

/**
 * Starts one request to a Docker engine's HTTP API.
 * @param {string} host `unix:///path` or `tcp://host:port`
 * @param {{method?: string, path: string, body?: import("node:stream").Readable, timeoutMs: number,
 *   answerWithinMs?: number}} options `timeoutMs` bounds the whole, `answerWithinMs` the wait for the first byte
 * @returns {Promise<import("node:http").IncomingMessage>} headers are there, the body is still to be read
 */
export function engineRequest(host, { method = "GET", path, body, timeoutMs, answerWithinMs = timeoutMs }) {
  const url = new URL(host);
  const target = url.protocol === "unix:" ? { socketPath: url.pathname } : { host: url.hostname, port: url.port };
  return new Promise((resolve, reject) => {
    const sent = request({ ...target, method, path, signal: AbortSignal.timeout(timeoutMs) });
    const timer = setTimeout(() => {
      sent.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`));
    }, answerWithinMs);
    sent.on("close", () => clearTimeout(timer)).on("error", reject);
    sent.on("response", (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    if (body === undefined) {
      sent.end();
    } else {
      body.on("error", (error) => sent.destroy(error));
      body.pipe(sent);
    }
  });
}

/** @returns {Promise<{status: number, text: string}>} the whole answer */
export async function engineCall(host, options) {
  const response = await engineRequest(host, options);
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  return { status: response.statusCode, text };
}
