/** Writes the commands' part of docs/cli.md from the commands' own help; with --check fails when it is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { format } from "prettier";
import { root } from "../run/root.mjs";

const CLI = join(root, "packages/cli/src");
const PAGE = join(root, "docs/cli.md");
const [BEGIN, END] = ["<!-- generated: commands -->", "<!-- end -->"];

const contents = 'export { renderCommandHelp } from "./args/help.ts"; export { COMMANDS } from "./command-table.ts";';
const built = await build({
  stdin: { contents, resolveDir: CLI, loader: "ts" },
  ...{ bundle: true, write: false, format: "esm", platform: "node" },
});
const source = Buffer.from(built.outputFiles[0].contents).toString("base64");
const { COMMANDS, renderCommandHelp } = await import(`data:text/javascript;base64,${source}`);

const sections = COMMANDS.map((command) => `### ${command.name}\n\n\`\`\`text\n${renderCommandHelp(command)}\`\`\``);
const page = readFileSync(PAGE, "utf8");
const [before, rest] = page.split(BEGIN);
const fresh = await format(`${before}${BEGIN}\n\n${sections.join("\n\n")}\n\n${END}${rest.split(END)[1]}`, {
  parser: "markdown",
  ...{ printWidth: 120 },
});

if (!process.argv.includes("--check")) writeFileSync(PAGE, fresh);
else if (fresh !== page) {
  process.stderr.write("docs/cli.md is stale. Run: node tooling/docs/cli.mjs\n");
  process.exitCode = 1;
}
