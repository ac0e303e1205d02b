/** Writes the commands' part of docs/cli.md from the commands' own help; with --check fails when it is stale. */
import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../run/root.mjs";
import { writeGeneratedPart } from "./generated-part.mjs";

const CLI = join(root, "packages/cli/src");

const contents = 'export { renderCommandHelp } from "./args/help.ts"; export { COMMANDS } from "./command-table.ts";';
const built = await build({
  stdin: { contents, resolveDir: CLI, loader: "ts" },
  ...{ bundle: true, write: false, format: "esm", platform: "node" },
});
const source = Buffer.from(built.outputFiles[0].contents).toString("base64");
const { COMMANDS, renderCommandHelp } = await import(`data:text/javascript;base64,${source}`);

const sections = COMMANDS.map((command) => `### ${command.name}\n\n\`\`\`text\n${renderCommandHelp(command)}\`\`\``);
await writeGeneratedPart({
  page: "docs/cli.md",
  name: "commands",
  content: sections.join("\n\n"),
  script: import.meta.filename,
});
