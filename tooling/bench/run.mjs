/** `pnpm bench <name>`: runs one benchmark of this folder. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const names = ["start", "proxy", "turn"];
const [, , name = ""] = process.argv;
const file = join(import.meta.dirname, `${name}.mjs`);
if (names.includes(name) && existsSync(file)) {
  process.argv.splice(2, 1);
  await import(file);
} else {
  process.stderr.write(`Usage: pnpm bench ${names.join("|")}\n`);
  process.exitCode = 2;
}
