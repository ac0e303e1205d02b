import { readFile } from "node:fs/promises";
import { BotBottleError, errorCode, isSlug, nearest, readSeal, type Slug, verifyTrail } from "@bot-bottle/core";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { followTrail } from "../logs/follow.ts";
import { listTrails } from "../logs/list-trails.ts";
import { renderRecord } from "../logs/render-record.ts";

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
    hint: close === undefined ? "See: bot-bottle list active" : `Did you mean "${close}"?`,
  });
}

async function readLines(path: string): Promise<readonly string[]> {
  try {
    return (await readFile(path, "utf8")).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
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
  const lines = report.issues.map(({ line, message }) => `${home.audit(slug)}:${line}: ${message}`);
  const verdict = report.ok
    ? `whole: ${report.records} records`
    : `not whole: ${report.issues.length} findings in ${report.records} records`;
  return { exitCode: report.ok ? 0 : 1, text: `${[...lines, verdict].join("\n")}\n`, json: report };
}

/** The audit trail: one line a record, or the records themselves with `--json` (one document a line). */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const slug = await chooseTrail(context, input.arguments["slug"]);
  if (input.switches.has("verify")) return await verify(context, slug);
  const { home, ui, signal } = context;
  const show = (line: string): void => {
    ui.stdout.write(`${ui.json ? line : renderRecord(line)}\n`);
  };
  if (input.switches.has("follow")) {
    await followTrail(home.audit(slug), show, signal);
    return {};
  }
  for (const line of await readLines(home.audit(slug))) show(line);
  return {};
}
