/**
 * Uses the packages as a user gets them: packed, installed by npm into an empty folder with an empty home, imported and
 * required entry by entry, type-checked, and run. Needs a finished build.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const names = readdirSync(join(root, "packages"));

/** Files that no entry names and that a package is useless without. */
const neededFiles = [
  "@bot-bottle/cli/image/probe/Dockerfile",
  "@bot-bottle/provider-claude/image/Dockerfile",
  "@bot-bottle/provider-codex/image/Dockerfile",
  "@bot-bottle/sidecar/dist/image/Dockerfile",
  "@bot-bottle/sidecar/dist/image/sidecar.mjs",
];

/** Commands that must succeed one after the other in the consumer's folder, and what they must print. */
const commands = [
  { argv: ["bot-bottle", "--version"], prints: /^\d+\.\d+\.\d+\s*$/ },
  { argv: ["bot-bottle", "--help"], prints: /Usage: bot-bottle/ },
  { argv: ["bot-bottle", "init"], prints: /^wrote \S+dev\.md\nwrote \S+dev\.md\n/ },
  { argv: ["bot-bottle", "list", "agents"], prints: /^dev +home +\S+dev\.md$/m },
  { argv: ["bot-bottle", "start", "dev", "--dry-run"], prints: /^ {2}egress +api\.anthropic\.com \[auth:Bearer\]\n/m },
  { argv: ["bot-bottle", "start", "dev", "--dry-run", "--format", "json"], prints: isPreflight },
  { argv: ["bot-bottle", "why", "dev", "GET", "https://registry.npmjs.org/left-pad"], prints: /^allowed by / },
  { argv: ["bot-bottle", "completion", "bash"], prints: /complete -F _bot_bottle bot-bottle/ },
];

/** A user's environment on the first day: a token, and no engine, which a dry run must not need. */
const firstDay = {
  CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-of-the-smoke-test-and-no-real-one",
  DOCKER_HOST: "unix:///nowhere/docker.sock",
};
/** Variables of this process that would change what is printed. */
const leftOut = /^(?:ANTHROPIC_|CLAUDE|BOT_BOTTLE_|NODE_OPTIONS$|npm_)/;

function isPreflight(text) {
  const { schemaVersion, agent, secrets } = JSON.parse(text);
  return schemaVersion === 1 && agent.name === "dev" && secrets[0].name === "CLAUDE_CODE_OAUTH_TOKEN";
}

function run(argv, { cwd, env = {}, timeoutMs = 180_000 }) {
  const [program, ...args] = argv;
  const result = spawnSync(program, args, {
    cwd,
    env: { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !leftOut.test(name))), ...env },
    encoding: "utf8",
    timeout: timeoutMs,
  });
  if (result.status !== 0) {
    const how = result.error?.message ?? `exit code ${result.status}`;
    throw new Error(`"${argv.join(" ")}" failed (${how}):\n${result.stdout}${result.stderr}`);
  }
  return result.stdout;
}

/** @returns package name → tarball */
function packAll(to) {
  mkdirSync(to);
  const entries = names.map((name) => {
    const cwd = join(root, "packages", name);
    const packed = JSON.parse(run(["pnpm", "pack", "--json", "--pack-destination", to], { cwd }));
    return [packed.name, `file:${packed.filename}`];
  });
  return Object.fromEntries(entries);
}

function installAll(consumer, tarballs, env) {
  // The overrides keep npm from asking a registry for our packages when one depends on another.
  const overrides = Object.fromEntries(Object.keys(tarballs).map((name) => [name, `$${name}`]));
  const manifest = { name: "consumer", private: true, type: "module", dependencies: tarballs, overrides };
  writeFileSync(join(consumer, "package.json"), JSON.stringify(manifest));
  run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: consumer, env });
}

/** @returns every name that can be imported, e.g. `@bot-bottle/core/testing` */
function entriesOf(consumer, name) {
  const manifest = JSON.parse(readFileSync(join(consumer, "node_modules", name, "package.json"), "utf8"));
  return Object.entries(manifest.exports)
    .filter(([, target]) => typeof target === "object")
    .map(([path]) => name + path.slice(1));
}

function importAll(consumer, entries, env) {
  const file = join(consumer, "import-all.mjs");
  const script = `
import assert from "node:assert/strict";
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
// Node marks a module with a default export that was taken by require().
const namesOf = (exported) => Object.keys(exported).filter((name) => name !== "__esModule").sort();
for (const entry of ${JSON.stringify(entries)}) {
  assert.deepEqual(namesOf(require(entry)), namesOf(await import(entry)), entry);
}
`;
  writeFileSync(file, script);
  run([process.execPath, file], { cwd: consumer, env });
}

function checkTypes(consumer, entries) {
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";\nvoid entry${index};\n`);
  writeFileSync(join(consumer, "consumer.ts"), imports.join(""));
  const compilerOptions = {
    module: "NodeNext",
    target: "ES2023",
    lib: ["ES2023", "ESNext.Disposable"],
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(root, "node_modules", "@types")],
  };
  writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
  run([join(root, "node_modules", ".bin", "tsc"), "--project", consumer], { cwd: consumer });
}

function runCommands(consumer, env) {
  for (const { argv, prints } of commands) {
    const output = run(["npx", "--no-install", ...argv], { cwd: consumer, env: { ...env, ...firstDay } });
    const isRight = typeof prints === "function" ? prints(output) : prints.test(output);
    if (!isRight) throw new Error(`"${argv.join(" ")}" printed:\n${output}`);
  }
}

const folder = mkdtempSync(join(tmpdir(), "bot-bottle-smoke-"));
try {
  const consumer = join(folder, "consumer");
  const home = join(folder, "home");
  for (const path of [consumer, home]) mkdirSync(path);
  const env = { HOME: home, npm_config_cache: join(folder, "npm-cache") };

  const tarballs = packAll(join(folder, "tarballs"));
  installAll(consumer, tarballs, env);
  const missing = neededFiles.filter((file) => !existsSync(join(consumer, "node_modules", file)));
  if (missing.length > 0) throw new Error(`Not in the packages: ${missing.join(", ")}`);
  const entries = Object.keys(tarballs).flatMap((name) => entriesOf(consumer, name));
  importAll(consumer, entries, env);
  checkTypes(consumer, entries);
  runCommands(consumer, env);
  console.log(`${names.length} packages, ${entries.length} entries, ${commands.length} commands work as installed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
