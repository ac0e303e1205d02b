import { BotBottleError } from "@bot-bottle/core";
import { loadConfig, type ManifestName } from "@bot-bottle/core/manifest";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { listActive } from "../compose/active.ts";
import { openManifest } from "../compose/resolve-spec.ts";
import { renderTable } from "../ui/table.ts";

const KINDS = ["agents", "bottles", "active"] as const;
type Kind = (typeof KINDS)[number];

const isKind = (text: string): text is Kind => (KINDS as readonly string[]).includes(text);

function names(kind: Kind, rows: readonly ManifestName[]): string {
  if (rows.length === 0) return `No ${kind} yet. Run: bot-bottle init\n`;
  return renderTable(
    [kind.toUpperCase(), "FROM", "FILE"],
    rows.map(({ name, origin, file }) => [name, origin, file]),
  );
}

export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const asked = input.arguments["what"];
  if (asked !== undefined && !isKind(asked)) {
    throw new BotBottleError("BB_USAGE", `list knows ${KINDS.join(", ")}, not "${asked}".`, {
      hint: "See: bot-bottle list --help",
    });
  }
  const kinds: readonly Kind[] = asked === undefined ? KINDS : [asked];
  const manifest = openManifest(context, await loadConfig(context.home, context.userHome));
  const json: Partial<Record<Kind, unknown>> = {};
  const parts: string[] = [];
  for (const kind of kinds) {
    if (kind === "active") {
      const active = await listActive(context);
      json.active = active;
      const rows = active.map(({ slug, agent, backend, owner, up, created }) => [
        slug,
        agent ?? "?",
        backend,
        up ? owner : `${owner}, stopped`,
        created,
      ]);
      parts.push(
        rows.length === 0
          ? "No bottle is active.\n"
          : renderTable(["ACTIVE", "AGENT", "BACKEND", "OWNER", "CREATED"], rows),
      );
    } else {
      const rows = kind === "agents" ? manifest.agents() : manifest.bottles();
      json[kind] = rows;
      parts.push(names(kind, rows));
    }
  }
  return { text: parts.join("\n"), json };
}
