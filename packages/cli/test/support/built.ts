import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const packages = join(import.meta.dirname, "../../..");

/** What the tests run as a user would: built file → sources that went into it. */
const BUILT: Readonly<Record<string, readonly string[]>> = {
  "core/dist/index.js": ["core/src"],
  "backend-docker/dist/index.js": ["backend-docker/src"],
  "provider-claude/dist/index.js": ["provider-claude/src"],
  "provider-codex/dist/index.js": ["provider-codex/src"],
  "sidecar/dist/index.js": ["sidecar/src"],
  "sidecar/dist/image/sidecar.mjs": ["core/src", "sidecar/src", "sidecar/image"],
  "cli/dist/bin.js": ["cli/src"],
};

function newest(dir: string): number {
  const files = readdirSync(dir, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs));
}

function problemOf(file: string, sources: readonly string[]): string | undefined {
  const built = statSync(join(packages, file), { throwIfNoEntry: false });
  if (built === undefined) return `packages/${file} is not there`;
  const changed = sources.find((source) => newest(join(packages, source)) > built.mtimeMs);
  return changed === undefined ? undefined : `packages/${file} is older than packages/${changed}`;
}

/** The built command, which finds every other package built, too. @throws Error when something is missing or stale */
export function builtCommand(): string {
  const problems = Object.entries(BUILT).flatMap(([file, sources]) => problemOf(file, sources) ?? []);
  if (problems.length > 0) {
    throw new Error(`Run \`pnpm run build\` first: these tests run what is built.\n${problems.join("\n")}`);
  }
  return join(packages, "cli/dist/bin.js");
}
