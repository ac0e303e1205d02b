import { createServer } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { createSecureContext } from "node:tls";
import { anthropic } from "./anthropic.mjs";
import { issueCertificate } from "./certificate.mjs";
import { chatgpt } from "./chatgpt.mjs";
import { openai } from "./openai.mjs";

const APIS = [anthropic, openai, chatgpt];

async function readBody(req) {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function parseJson(raw) {
  try {
    return JSON.parse(raw.toString("utf8")) ?? {};
  } catch {
    return {};
  }
}

/** What the log keeps of a request. It holds credentials as they arrived: they are what a test looks for. */
function logEntry(req, bytes) {
  return {
    at: new Date().toISOString(),
    method: req.method,
    host: (req.headers.host ?? "").replace(/:\d+$/, ""),
    url: req.url,
    authorization: req.headers.authorization,
    apiKey: req.headers["x-api-key"],
    account: req.headers["chatgpt-account-id"],
    userAgent: req.headers["user-agent"],
    upgrade: req.headers.upgrade,
    bytes,
  };
}

async function writeEvents(res, events, paceMs) {
  res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const [name, data] of events) {
    res.write(`event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`);
    if (paceMs > 0) await sleep(paceMs);
  }
  res.end();
}

function writeJson(res, status, json) {
  res.writeHead(status, { "content-type": "application/json" });
  res.end(JSON.stringify(json));
}

/** TLS contexts by name: the names of `hosts` share a certificate, any other name gets its own on the spot. */
function secureContexts(authority, hosts) {
  const contexts = new Map();
  return (host) => {
    const known = contexts.get(host);
    if (known !== undefined) return known;
    const names = hosts.includes(host) ? hosts : [host];
    const context = createSecureContext(issueCertificate(authority, names));
    for (const name of names) contexts.set(name, context);
    return context;
  };
}

/**
 * An HTTPS server that answers as the model APIs do, for every host name that a client asks for. Not yet listening.
 * @param options.authority from `mintAuthority`
 * @param options.hosts names of the default certificate
 * @param options.steps one tool call each; after the last one the answer is the marker and the last result
 * @param options.answers fixed answers by `METHOD host/path`, e.g. for a host that the agent may reach
 * @param options.paceMs pause after each event of a stream in ms
 * @param options.onRequest gets the log entry and the body of each request; what it returns, if anything, is the answer
 */
export function createModelApi({
  authority,
  hosts,
  steps = [],
  answers = {},
  paceMs = 0,
  onRequest = () => undefined,
}) {
  const contextFor = secureContexts(authority, hosts);
  const handle = async (req, res) => {
    const raw = await readBody(req);
    const entry = logEntry(req, raw.length);
    const ruled = onRequest(entry, raw);
    const { pathname } = new URL(req.url, "https://stand-in");
    const fixed = ruled ?? answers[`${req.method} ${entry.host}${pathname}`];
    if (fixed !== undefined) {
      res.writeHead(fixed.status ?? 200, fixed.headers ?? { "content-type": "text/plain" });
      res.end(fixed.body ?? "");
      return;
    }
    const request = { method: req.method, path: pathname, body: parseJson(raw), account: entry.account };
    for (const api of APIS) {
      const answer = api(request, steps);
      if (answer === undefined) continue;
      if (answer.events === undefined) writeJson(res, 200, answer.json);
      else await writeEvents(res, answer.events, paceMs);
      return;
    }
    writeJson(res, 404, { type: "error", error: { type: "not_found_error", message: "stand-in: no such path" } });
  };
  const server = createServer(
    {
      ...issueCertificate(authority, hosts),
      SNICallback: (host, done) => done(null, contextFor(host)),
    },
    (req, res) => {
      handle(req, res).catch((error) => res.destroy(error));
    },
  );
  // 426 is the one answer on which Codex falls back from WebSocket to HTTPS at once.
  server.on("upgrade", (req, socket) => {
    onRequest(logEntry(req, 0), Buffer.alloc(0));
    socket.end("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n");
  });
  return server;
}
