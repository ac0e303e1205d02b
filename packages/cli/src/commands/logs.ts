import { readFile } from "node:fs/promises";
import {
  BotBottleError,
  errorCode,
  homeError,
  isOwnerAlive,
  isSlug,
  nearest,
  readSeal,
  type Slug,
  verifyTrail,
} from "@bot-bottle/core";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { followTrail } from "../logs/follow.ts";
import { listTrails } from "../logs/list-trails.ts";
import { renderRecord } from "../logs/render-record.ts";
import { counted } from "../ui/counted.ts";

async function chooseTrail({ home, ui }: CommandContext, named: string | undefined): Promise<Slug> {
  const trails = await listTrails(home);
  if (named === undefined && trails.length === 0) {
    throw new BotBottleError("BB_BOTTLE_NOT_FOUND", "There is no audit trail yet.", {
      hint: "Start a bottle: bot-bottle start",
    });
  }
  const slug =
    named ??
    (await ui.select(
      "Whose trail?",
      trails.map((name) => ({ value: name, label: name })),
      "the bottle's name",
    ));
  if (isSlug(slug) && trails.includes(slug)) return slug;
  const close = nearest(slug, trails);
  throw new BotBottleError("BB_BOTTLE_NOT_FOUND", `There is no audit trail of "${slug}".`, {
    hint: close === undefined ? "See what trails there are: bot-bottle logs" : `Did you mean "${close}"?`,
  });
}

async function readLines(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw homeError(`The file "${path}" cannot be read`, error);
  }
}

async function verify({ home }: CommandContext, slug: Slug): Promise<CommandResult> {
  const seal = await readSeal(home, slug);
  if (seal === undefined) {
    throw new BotBottleError("BB_AUDIT_INVALID", `The trail of "${slug}" has no seal, so it cannot be checked.`, {
      hint: `The seal is the file ${home.auditSeal(slug)}.`,
    });
  }
  const report = verifyTrail(await readLines(home.audit(slug)), seal, { expectedHead: seal.head });
  // A trail that is being written has no end yet; nothing else may be amiss.
  const isOpen = seal.head === undefined && report.issues.every(({ kind }) => kind === "no_end");
  if (!report.ok && isOpen && (await isOwnerAlive(home.state(slug)))) {
    const text = `whole so far: ${counted(report.records, "record")}; the bottle still runs\n`;
    return { text, json: { ...report, ok: true, issues: [] } };
  }
  const lines = report.issues.map(({ line, message }) => `${home.audit(slug)}:${line}: ${message}`);
  const verdict = report.ok
    ? `whole: ${counted(report.records, "record")}`
    : `not whole: ${counted(report.issues.length, "finding")} in ${counted(report.records, "record")}`;
  return { exitCode: report.ok ? 0 : 1, text: `${[...lines, verdict].join("\n")}\n`, json: report };
}

/** A line that is no record stays the text that it is. */
function parseRecord(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

/** Shows records as they come, one document a line with `--json`, until the trail, the human or the reader ends it. */
async function follow({ home, ui, signal }: CommandContext, slug: Slug): Promise<CommandResult> {
  const readerGone = new AbortController();
  const leave = (): void => {
    readerGone.abort();
  };
  ui.stdout.once("error", leave);
  const show = (line: string): void => {
    ui.stdout.write(`${ui.json ? JSON.stringify(parseRecord(line)) : renderRecord(line)}\n`);
  };
  await followTrail(home.audit(slug), show, AbortSignal.any([signal, readerGone.signal]));
  ui.stdout.off("error", leave);
  return {};
}

/** The audit trail, a line a record. */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const slug = await chooseTrail(context, input.arguments["slug"]);
  const { switches } = input;
  if (switches.has("verify") && switches.has("follow")) {
    throw new BotBottleError("BB_USAGE", "--verify and --follow are both given.", { hint: "Give one." });
  }
  if (switches.has("verify")) return await verify(context, slug);
  if (switches.has("follow")) return await follow(context, slug);
  const lines = await readLines(context.home.audit(slug));
  return {
    text: lines.map((line) => `${renderRecord(line)}\n`).join(""),
    json: { slug, records: lines.map(parseRecord) },
  };
}
