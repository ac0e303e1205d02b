import { type ActiveBottle, BotBottleError } from "@bot-bottle/core";
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

function active(bottles: readonly ActiveBottle[]): string {
  if (bottles.length === 0) return "No bottle is active.\n";
  const rows = bottles.map(({ slug, agent, backend, owner, up, created }) => [
    slug,
    agent ?? "?",
    backend,
    up ? owner : `${owner}, stopped`,
    created,
  ]);
  return renderTable(["ACTIVE", "AGENT", "BACKEND", "OWNER", "CREATED"], rows);
}

/** @returns undefined when no backend answers and `isAside`: then it is no reason to keep the rest from the human */
async function activeBottles(context: CommandContext, isAside: boolean): Promise<readonly ActiveBottle[] | undefined> {
  try {
    return await listActive(context);
  } catch (error) {
    if (!isAside || !BotBottleError.is(error)) throw error;
    context.ui.warn(`What is active is not known. ${error.message}`, error.hint);
    return undefined;
  }
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
      const bottles = await activeBottles(context, asked === undefined);
      if (bottles === undefined) continue;
      json.active = bottles;
      parts.push(active(bottles));
    } else {
      const rows = kind === "agents" ? manifest.agents() : manifest.bottles();
      json[kind] = rows;
      parts.push(names(kind, rows));
    }
  }
  return { text: parts.join("\n"), json };
}
