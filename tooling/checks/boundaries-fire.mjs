/**
 * Proves that the rule "a package imports only core, and only cli knows the others" is enforced three ways.
 * Violations are planted in a temporary copy of the workspace; a guard that lets one pass fails this check.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const packages = readdirSync(join(root, "packages"));

const restrictedImport = "no-restricted-imports";
const restrictedSyntax = "no-restricted-syntax";
const meetInCore = "packages-meet-only-in-core";
const coreBottom = "core-is-at-the-bottom";
const viaExports = "packages-meet-only-through-exports";

/** One planted file each, and the rule of either tool that must name it. */
const plants = [
  {
    in: "provider-codex",
    code: 'export * from "@bot-bottle/provider-claude";',
    eslint: restrictedImport,
    cruiser: meetInCore,
  },
  { in: "provider-claude", code: 'export * from "@bot-bottle/cli";', eslint: restrictedImport, cruiser: meetInCore },
  {
    in: "backend-docker",
    code: 'export type { A } from "@bot-bottle/sidecar/deep";',
    eslint: restrictedImport,
    cruiser: meetInCore,
  },
  {
    in: "sidecar",
    code: 'export const a = import("@bot-bottle/provider-claude");',
    eslint: restrictedSyntax,
    cruiser: meetInCore,
  },
  { in: "core", code: 'export * from "@bot-bottle/sidecar";', eslint: restrictedImport, cruiser: coreBottom },
  {
    in: "core",
    code: 'export const a = import("@bot-bottle/core/testing");',
    eslint: restrictedSyntax,
  },
  { in: "sidecar", code: 'export * from "../../cli/src/index.ts";', cruiser: meetInCore },
  { in: "sidecar", code: 'export * from "../../core/src/index.ts";', cruiser: viaExports },
  { in: "cli", code: 'export * from "../../sidecar/src/index.ts";', cruiser: viaExports },
  { in: "sidecar", code: 'export * from "@bot-bottle/core/no-such-entry";', cruiser: "no-unresolvable" },
  { in: "core", code: 'export * from "./planted-cycle.ts";', cruiser: "no-circular" },
].map((plant, index) => ({ ...plant, file: `packages/${plant.in}/src/planted-${index}.ts` }));

const cycle = plants.at(-1);

/** A copy small enough to make each time: no build output, the root's node_modules by link. */
function copyWorkspace(to) {
  for (const name of ["eslint.config.mjs", ".dependency-cruiser.cjs", "tsconfig.base.json", "package.json"]) {
    cpSync(join(root, name), join(to, name));
  }
  for (const name of packages) {
    cpSync(join(root, "packages", name), join(to, "packages", name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !/[/\\](dist|coverage)$/.test(source),
    });
  }
  symlinkSync(join(root, "node_modules"), join(to, "node_modules"), "dir");
}

function plantAll(to) {
  for (const { in: name, file, code } of plants) {
    mkdirSync(join(to, "packages", name, "src"), { recursive: true });
    writeFileSync(join(to, file), `${code}\n`);
  }
  const back = cycle.file.split("/").at(-1);
  writeFileSync(join(to, "packages/core/src/planted-cycle.ts"), `export * from "./${back}";\n`);
}

/** Runs a tool of the workspace that must find fault, and gives what it printed. */
function findFault(cwd, tool, args) {
  const run = spawnSync(join(root, "node_modules", ".bin", tool), args, { cwd, encoding: "utf8", maxBuffer: 1 << 26 });
  if (run.status === 0) throw new Error(`${tool} passed a tree full of planted violations.`);
  if (run.stdout === "") throw new Error(`${tool} did not report (exit ${run.status}): ${run.stderr}`);
  return run.stdout;
}

/** @returns `file rule` of everything eslint found in the planted files */
function lintFindings(cwd) {
  const files = plants.filter((plant) => plant.eslint).map((plant) => plant.file);
  const results = JSON.parse(findFault(cwd, "eslint", ["--format", "json", ...files]));
  return results.flatMap((result) =>
    result.messages.map((message) => `${result.filePath.slice(cwd.length + 1)} ${message.ruleId}`),
  );
}

/** @returns `file rule` of everything dependency-cruiser found; only its text report exits non-zero */
function cruiserFindings(cwd) {
  const text = findFault(cwd, "depcruise", ["--output-type", "err", "packages"]);
  return [...text.matchAll(/error ([\w-]+): (\S+)/g)].map(([, rule, file]) => `${file} ${rule}`);
}

/** Pairs that pnpm links although the rule forbids them, or does not link although the rule needs them. */
function linkFaults() {
  const faults = [];
  for (const from of packages) {
    const { resolve } = createRequire(join(root, "packages", from, "package.json"));
    for (const to of packages) {
      if (from === to || from === "cli") continue;
      let isLinked = true;
      try {
        resolve(`@bot-bottle/${to}/package.json`);
      } catch (error) {
        if (error.code !== "MODULE_NOT_FOUND") throw error;
        isLinked = false;
      }
      if (isLinked !== (to === "core")) faults.push(`pnpm: ${from} ${isLinked ? "can" : "cannot"} import ${to}`);
    }
  }
  return faults;
}

const copy = realpathSync(mkdtempSync(join(tmpdir(), "bot-bottle-boundaries-")));
try {
  copyWorkspace(copy);
  plantAll(copy);
  const found = { eslint: lintFindings(copy), cruiser: cruiserFindings(copy) };
  const missed = plants.flatMap((plant) =>
    ["eslint", "cruiser"]
      .filter((tool) => plant[tool] !== undefined && !found[tool].includes(`${plant.file} ${plant[tool]}`))
      .map((tool) => `${tool}: ${plant[tool]} let pass in ${plant.in}: ${plant.code}`),
  );
  const faults = [...missed, ...linkFaults()];
  for (const fault of faults) console.error(fault);
  console.log(`${plants.length} planted violations, ${faults.length} faults in the guards`);
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
