import {
  type BottleBackend,
  type BottleCleanupPlan,
  BotBottleError,
  escapeForDisplay,
  isSlug,
  toError,
} from "@bot-bottle/core";
import type { CommandContext, CommandInput, CommandResult } from "../command.ts";
import { availableBackends, stateHost } from "../compose/active.ts";
import { builtInBackends } from "../compose/registries.ts";
import { withSavedWork } from "../compose/saved-work.ts";

interface Found {
  readonly backend: BottleBackend;
  readonly plan: BottleCleanupPlan;
}

function describe(found: readonly Found[]): string[] {
  return found.flatMap(({ plan }) => [
    ...plan.entries.flatMap(({ slug, resources }) => [
      `${slug}  (${plan.backendName})`,
      ...resources.map(({ kind, name }) => `  remove ${kind} ${escapeForDisplay(name)}`),
    ]),
    ...plan.foreign.map(
      ({ kind, name, reason }) => `left alone: ${kind} ${escapeForDisplay(name)}: ${escapeForDisplay(reason)}`,
    ),
  ]);
}

/** One plan, one question, for every backend that answers. */
export async function run(context: CommandContext, input: CommandInput): Promise<CommandResult> {
  const { env, signal, ui } = context;
  const host = await stateHost(context);
  const backends = await availableBackends(builtInBackends(env), host);
  const found = await Promise.all(
    backends.map(async (backend) => ({ backend, plan: await backend.prepareCleanup(host) })),
  );
  const plans = found.map(({ plan }) => plan);
  const lines = describe(found);
  const nothing = plans.every(({ entries }) => entries.length === 0);
  if (nothing || input.switches.has("dry-run")) {
    const text = [...lines, ...(nothing ? ["Nothing to remove."] : [])].join("\n");
    return { text: `${text}\n`, json: { plans, removed: [] } };
  }
  for (const line of lines) ui.note(line);
  if (!input.switches.has("yes") && !(await ui.confirm("Remove all of this?", "--yes"))) {
    throw new BotBottleError("BB_DECLINED", "Nothing was removed.");
  }
  const discard = input.switches.has("discard");
  const kept = (
    await Promise.all(found.map(({ backend, plan }) => backend.cleanup(plan, host, ui.reporter, { discard, signal })))
  ).flat();
  // Another cleanup is at it, or it has come to life since: neither is a failure.
  const busy = kept.filter(({ error }) => BotBottleError.is(error) && error.code === "BB_BOTTLE_BUSY");
  for (const { slug } of busy) ui.note(`left alone: ${slug}: another process works on it`);
  const failed = kept.filter((one) => !busy.includes(one));
  const removed = plans
    .flatMap(({ entries }) => entries.map(({ slug }) => slug))
    .filter((slug) => !kept.some((one) => one.slug === slug));
  if (failed.length > 0) {
    const reasons = failed.flatMap(({ slug, error }) => [
      `${slug}: ${escapeForDisplay(toError(error).message)}`,
      ...(BotBottleError.is(error) && error.hint !== undefined ? [`  ${escapeForDisplay(error.hint)}`] : []),
    ]);
    throw new BotBottleError(
      "BB_CLEANUP",
      `${failed.length} of ${failed.length + removed.length} bottles could not be removed.`,
      {
        hint: [...reasons, "Run `bot-bottle cleanup` again."].join("\n"),
      },
    );
  }
  const work = await withSavedWork(context.home, removed.filter(isSlug));
  const answer = [
    removed.length === 0 ? "Nothing was removed." : `Removed ${removed.join(", ")}.`,
    ...work.map((slug) => `The agent's work: bot-bottle pull ${slug}`),
  ];
  return { text: `${answer.join("\n")}\n`, json: { plans, removed, work } };
}
