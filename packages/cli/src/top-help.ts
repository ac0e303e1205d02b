import { renderCommandHelp, renderHelp } from "./args/help.ts";
import { COMMANDS } from "./command-table.ts";
import { readVersion } from "./version.ts";

const HELP = new Set(["help", "--help", "-h"]);
const VERSION = new Set(["--version", "-V"]);

/**
 * The answer to a question about the command itself; undefined when there is something to do. Loads no core.
 * @param terminal columns of the terminal that shows it; undefined when none does
 */
export function topHelp(argv: readonly string[], terminal?: number): string | undefined {
  const [name, second] = argv;
  if (name === undefined || HELP.has(name)) {
    const topic = COMMANDS.find((command) => command.name === second);
    return topic === undefined ? renderHelp(COMMANDS, terminal) : renderCommandHelp(topic, terminal);
  }
  if (VERSION.has(name)) return `${readVersion()}\n`;
  const command = COMMANDS.find((candidate) => candidate.name === name);
  const end = argv.indexOf("--");
  const asked = (end === -1 ? argv : argv.slice(0, end)).some((word) => word === "--help" || word === "-h");
  return command !== undefined && asked ? renderCommandHelp(command, terminal) : undefined;
}
