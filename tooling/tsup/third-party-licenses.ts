import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Folder of the package that a bundled file comes from; undefined for our own. */
function packageDir(file: string): string | undefined {
  if (!file.includes("node_modules/")) return undefined;
  for (let dir = dirname(file); dir.includes("node_modules"); dir = dirname(dir)) {
    const manifest = join(dir, "package.json");
    if (existsSync(manifest) && "version" in JSON.parse(readFileSync(manifest, "utf8"))) return dir;
  }
  return undefined;
}

function notice(dir: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  const file = readdirSync(dir).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file, so it cannot be bundled`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(dir, file), "utf8").trim()}\n`;
}

/** Writes the licences of everything that a bundle holds beside it, as they ask for. */
export function writeThirdPartyLicenses(metafile: string, target: string): void {
  const { inputs } = JSON.parse(readFileSync(metafile, "utf8")) as Metafile;
  const dirs = [...new Set(Object.keys(inputs).map(packageDir))].filter((dir) => dir !== undefined).sort();
  writeFileSync(target, dirs.map(notice).join(`\n${"-".repeat(80)}\n\n`));
}
