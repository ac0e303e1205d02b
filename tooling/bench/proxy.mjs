/**
 * Compares the sidecar's proxy with the least that intercepts TLS with Node, in one run on one machine. Only the ratios
 * mean anything. usage: node tooling/bench/proxy.mjs [--rounds 3] [--node PATH]
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "3" }, node: { type: "string", default: process.execPath } },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const bundle = here("../../node_modules/.cache/bench/servers.mjs");
mkdirSync(here("../../node_modules/.cache/bench"), { recursive: true });
await build({
  entryPoints: [here("proxy/servers.ts")],
  outfile: bundle,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  conditions: ["@bot-bottle/source"],
  banner: { js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);' },
});

const running = [];
async function start(...args) {
  const child = spawn(values.node, [bundle, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  running.push(child);
  const lines = createInterface(child.stdout);
  const next = async () => JSON.parse((await once(lines, "line"))[0]);
  const { port, ca } = await next();
  return {
    port,
    ca,
    async rssMb() {
      child.stdin.write("?\n");
      return Math.round((await next()).rss / 1024 / 1024);
    },
  };
}
async function load(job) {
  const { stdout } = await promisify(execFile)(values.node, [here("proxy/load.mjs"), JSON.stringify(job)]);
  return JSON.parse(stdout);
}
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const CASES = {
  "GET 1 KB, kept connections": { connections: 16, requests: 12_000, fresh: false, postBytes: 0 },
  "GET 1 KB, new CONNECT each": { connections: 8, requests: 1_000, fresh: true, postBytes: 0 },
  "POST 200 KB, kept connections": { connections: 8, requests: 2_000, fresh: false, postBytes: 200 * 1024 },
};

try {
  const origin = await start("origin");
  const proxies = {
    bare: { ...(await start("bare", String(origin.port), origin.ca)), host: "bench.example" },
    sidecar: { ...(await start("sidecar", String(origin.port), origin.ca)), host: "bench.example" },
  };
  proxies.scanned = { ...proxies.sidecar, host: "scanned.example" };
  console.log(`idle memory: bare ${await proxies.bare.rssMb()} MB, sidecar ${await proxies.sidecar.rssMb()} MB`);
  for (const [title, shape] of Object.entries(CASES)) {
    const results = Object.fromEntries(Object.keys(proxies).map((name) => [name, []]));
    for (let round = 0; round <= Number(values.rounds); round++) {
      for (const [name, { port, ca, host }] of Object.entries(proxies)) {
        const result = await load({
          ...shape,
          requests: round === 0 ? shape.requests / 4 : shape.requests,
          proxyPort: port,
          ca,
          host,
        });
        if (result.bad > 0) throw new Error(`${name}: ${result.bad} bad answers`);
        if (round > 0) results[name].push(result.rps); // the first round warms up
      }
    }
    const rps = Object.fromEntries(Object.entries(results).map(([name, all]) => [name, median(all)]));
    const ratio = (name) => `${rps[name]}/s (${(rps[name] / rps.bare).toFixed(2)} of bare)`;
    console.log(
      `${title}: bare ${rps.bare}/s, sidecar ${ratio("sidecar")}, with credential and scan ${ratio("scanned")}`,
    );
  }
  console.log(`memory after load: bare ${await proxies.bare.rssMb()} MB, sidecar ${await proxies.sidecar.rssMb()} MB`);
} finally {
  for (const child of running) child.kill();
}
