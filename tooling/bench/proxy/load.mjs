/** Load through a CONNECT proxy with TLS inside. Reads its job as JSON from argv; prints `{rps, p50, p99, bad}`. */
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";

const { proxyPort, host, ca, connections, requests, fresh, postBytes } = JSON.parse(process.argv[2]);
const body = Buffer.alloc(postBytes, "x");
const head = [
  `${postBytes > 0 ? "POST" : "GET"} /x HTTP/1.1`,
  `Host: ${host}`,
  ...(postBytes > 0 ? [`Content-Length: ${postBytes}`] : []),
];
const request = Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]);

function open() {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(proxyPort, "127.0.0.1").setNoDelay(true);
    socket.on("error", reject);
    socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nHost: ${host}:443\r\n\r\n`);
    socket.once("data", (answer) => {
      if (!answer.toString().startsWith("HTTP/1.1 200")) return reject(new Error(answer.toString()));
      const tls = connectTls({ socket, servername: host, ca }, () => resolve(tls));
      tls.on("error", reject);
    });
  });
}

function ask(tls) {
  return new Promise((resolve, reject) => {
    let text = "";
    const onData = (chunk) => {
      text += chunk.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
      if (text.length < end + 4 + length) return;
      tls.removeListener("data", onData).removeListener("close", onClose);
      resolve(text.startsWith("HTTP/1.1 200"));
    };
    const onClose = () => reject(new Error("closed"));
    tls.on("data", onData).on("close", onClose);
    tls.write(request);
  });
}

let left = requests;
let bad = 0;
const latencies = [];
async function worker() {
  let tls;
  while (left-- > 0) {
    const startedAt = performance.now();
    tls = fresh || !tls ? await open() : tls;
    if (!(await ask(tls))) bad++;
    latencies.push(performance.now() - startedAt);
    if (fresh) tls.destroy();
  }
  tls?.destroy();
}
const startedAt = performance.now();
await Promise.all(Array.from({ length: connections }, worker));
const seconds = (performance.now() - startedAt) / 1000;
latencies.sort((a, b) => a - b);
const quantile = (q) => Number(latencies[Math.floor((latencies.length - 1) * q)].toFixed(2));
console.log(JSON.stringify({ rps: Math.round(requests / seconds), p50: quantile(0.5), p99: quantile(0.99), bad }));
