/**
 * Loads what a build made of the entries that every command loads, and fails when a heavy package came with one, by
 * itself or as a part of a bundle. Prints what the import costs. Needs a finished build.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..", "..");
const core = join(root, "packages", "core");
const dist = join(core, "dist");
const heavy = ["yaml", "ajv", "tldts", "execa", "dockerode", "tar-stream"];
const light = ["index.js", "plugins/index.js"].map((entry) => join(dist, entry));
const timedRuns = 7;

/** Hooks of a module loader, which run in a thread of their own, tell of every module. */
const hooks = `
let port;
export const initialize = (given) => { port = given; };
export const load = (url, context, next) => { port.postMessage(url); return next(url, context); };
`;

const tracer = `
import { register } from "node:module";
import { MessageChannel } from "node:worker_threads";
const { port1, port2 } = new MessageChannel();
const urls = [];
port1.on("message", (url) => urls.push(url));
register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}), { data: port2, transferList: [port2] });
for (const url of JSON.parse(process.env.ENTRIES)) await import(url);
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write(JSON.stringify(urls), () => process.exit());
`;

const timer = `
const begun = performance.now();
for (const url of JSON.parse(process.env.ENTRIES)) await import(url);
process.stdout.write(String(performance.now() - begun));
`;

function runNode(program, entries) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: core,
    env: { ...process.env, ENTRIES: JSON.stringify(entries) },
    encoding: "utf8",
    timeout: 60_000,
  });
  if (status !== 0) throw new Error(`${entries.join(", ")} cannot be imported:\n${stderr}`);
  return JSON.parse(stdout);
}

/** Paths of all files that come with an import of the entries. */
function loadedFiles(entries) {
  const urls = runNode(tracer, entries).filter((url) => url.startsWith("file:"));
  return urls.map((url) => fileURLToPath(url));
}

/** What a built file was made of, by its source map. */
function sourcesOf(file) {
  if (!existsSync(`${file}.map`)) return [];
  return JSON.parse(readFileSync(`${file}.map`, "utf8")).sources.map((source) => join(dirname(file), source));
}

function heavyOf(files) {
  const places = files.flatMap((file) => [file, ...sourcesOf(file)]);
  return heavy.filter((name) => places.some((place) => place.includes(`/node_modules/${name}/`)));
}

/** A check that finds nothing where there is something proves nothing. */
function proveThatItFires() {
  const chunks = readdirSync(dist).filter((name) => name.endsWith(".js"));
  const entries = ["execa", ...chunks.map((name) => pathToFileURL(join(dist, name)).href)];
  const found = heavyOf(loadedFiles(entries));
  for (const name of ["execa", "yaml"]) {
    if (!found.includes(name)) throw new Error(`The check does not see ${name} where it is loaded.`);
  }
}

function checkEntry(entry) {
  const url = pathToFileURL(entry).href;
  const files = loadedFiles([url]);
  const found = heavyOf(files);
  if (found.length > 0) throw new Error(`${relative(root, entry)} loads ${found.join(", ")}.`);
  const times = Array.from({ length: timedRuns }, () => runNode(timer, [url])).sort((a, b) => a - b);
  const kib = files.reduce((sum, file) => sum + statSync(file).size, 0) / 1024;
  const cost = `${times[Math.floor(timedRuns / 2)].toFixed(1)} ms (median of ${timedRuns})`;
  console.log(`${relative(root, entry)}: ${cost}, ${files.length} files, ${kib.toFixed(0)} KiB, nothing heavy`);
}

proveThatItFires();
for (const entry of light) checkEntry(entry);
