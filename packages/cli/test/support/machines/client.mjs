/**
 * Sends requests byte by byte, as no library would, and prints what came back. Reads jobs from stdin: `raw` is sent to
 * `host:port`, over TLS with `tls`, through the sidecar's CONNECT with `via: "tunnel"`, as it is to its port with
 * `via: "proxy"`, and without it otherwise.
 */
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import { gunzipSync } from "node:zlib";

const WAIT_MS = 8000;
const PROXY = { host: "egress", port: 9099 };

const opened = (socket, event) =>
  new Promise((resolve, reject) => {
    socket.setTimeout(WAIT_MS, () => socket.destroy(new Error("silent")));
    socket.once(event, () => resolve(socket)).once("error", reject);
  });

async function open({ via, host, port = 443, tls = true }) {
  const target = via === undefined ? { host, port } : PROXY;
  const socket = await opened(connect(target), "connect");
  if (via === "proxy") return socket;
  if (via === "tunnel") {
    socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
    const head = await new Promise((resolve, reject) => socket.once("data", resolve).once("error", reject));
    if (!/^HTTP\/1\.1 200/.test(String(head))) return { refused: head.toString("latin1") };
  }
  return tls
    ? await opened(connectTls({ socket, servername: host, rejectUnauthorized: false }), "secureConnect")
    : socket;
}

async function run(job) {
  try {
    const socket = await open(job);
    if (socket.refused !== undefined) return answerOf(Buffer.from(socket.refused, "latin1"));
    const chunks = [];
    const ended = new Promise((resolve) => {
      socket.on("data", (chunk) => chunks.push(chunk));
      socket.on("error", resolve).on("close", resolve);
    });
    socket.write(Buffer.from(job.raw, "latin1"));
    await ended;
    return answerOf(Buffer.concat(chunks));
  } catch (error) {
    return { status: 0, text: "", error: error.code ?? error.message };
  }
}

function answerOf(bytes) {
  const all = bytes.toString("latin1");
  const end = bytes.indexOf("\r\n\r\n");
  const head = bytes.toString("latin1", 0, end).toLowerCase();
  const body = head.includes("transfer-encoding: chunked") ? unchunk(bytes.subarray(end + 4)) : bytes.subarray(end + 4);
  const text = body.toString("latin1");
  return { status: Number(all.split(" ")[1] ?? 0), text: [all, text, unpack(body)].join("\n") };
}

function unchunk(bytes) {
  const parts = [];
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const size = lineEnd < 0 ? 0 : Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function unpack(bytes) {
  try {
    return gunzipSync(bytes).toString("latin1");
  } catch {
    return "";
  }
}

const jobs = JSON.parse(await text(process.stdin));
const answers = [];
for (const job of jobs) answers.push(await run(job));
process.stdout.write(JSON.stringify(answers), () => process.exit());
