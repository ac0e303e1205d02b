import { BotBottleError, isSlug, listStates, nearest, type Slug } from "@bot-bottle/core";
import { withSavedWork, workBundle } from "../compose/saved-work.ts";
import { counted } from "../ui/counted.ts";
import { renderTable } from "../ui/table.ts";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";

async function chooseSlug({ home, ui }: CommandContext, named: string | undefined): Promise<Slug> {
  const withWork = await withSavedWork(home, await listStates(home));
  if (named === undefined && withWork.length === 0) {
    throw new BotBottleError("BB_BOTTLE_NOT_FOUND", "No bottle left work behind.", {
      hint: "Work is saved for a start with --cwd.",
    });
  }
  const slug =
    named ??
    (await ui.select(
      "Whose work?",
      withWork.map((name) => ({ value: name, label: name })),
      "the bottle's name",
    ));
  if (isSlug(slug) && withWork.includes(slug)) return slug;
  const close = nearest(slug, withWork);
  throw new BotBottleError("BB_BOTTLE_NOT_FOUND", `No work of a bottle "${slug}" is here.`, {
    hint: close === undefined ? "Work is saved at the end of a start with --cwd." : `Did you mean "${close}"?`,
  });
}

/** Fetches a work bundle into the repository of this folder; nothing is checked out. */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const { home, ui, cwd } = context;
  const slug = await chooseSlug(context, input.arguments["slug"]);
  const { pullWork } = await import("@bot-bottle/core/workspace");
  const pulled = await pullWork({ bundle: workBundle(home, slug), repository: cwd, slug });
  const rows = pulled.branches.map(({ name, commit, kind, status }) => [name, commit.slice(0, 12), kind, status]);
  if (pulled.risks.length > 0) {
    ui.warn("Some of the changes act by themselves once they are checked out; read these first:");
    for (const { path, trigger } of pulled.risks) ui.note(`  ${path}  (${trigger})`);
  }
  const table = renderTable(["BRANCH", "COMMIT", "KIND", "STATUS"], rows);
  const [first] = pulled.branches;
  const next = first === undefined ? "" : `Look at it: git diff HEAD...${first.name}\n`;
  const text = `${table}${counted(pulled.changedFiles, "changed file")}. Nothing was checked out.\n${next}`;
  return { text, json: pulled };
}
