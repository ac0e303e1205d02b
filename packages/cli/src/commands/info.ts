import { loadConfig } from "@bot-bottle/core/manifest";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { resolveManifest } from "../compose/resolve-spec.ts";
import { renderTable } from "../ui/table.ts";

/** The effective configuration, value by value, each with the place that it comes from. */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const config = await loadConfig(context.home, context.userHome);
  const { spec, provenance } = await resolveManifest(context, config, {
    agent: input.arguments["agent"],
    bottles: input.lists["bottle"],
  });
  const rows = provenance.map(({ key, value, from }) => [key, value ?? "(not shown)", from]);
  const bottles = spec.bottles.map(({ name }) => name).join(" + ");
  const heading = `agent ${spec.agent.name} in bottle ${bottles}\n\n`;
  return {
    text: heading + renderTable(["KEY", "VALUE", "FROM"], rows),
    json: { agent: spec.agent.name, bottles: spec.bottles, values: provenance },
  };
}
