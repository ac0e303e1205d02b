import {
  type ActiveBottle,
  type BottleBackend,
  BotBottleError,
  isSlug,
  nearest,
  type Slug,
  type StateHost,
  toError,
} from "@bot-bottle/core";
import type { BackendRegistry } from "@bot-bottle/core/plugins";
import type { CommandContext } from "../command.ts";
import { noBackend } from "./no-backend.ts";
import { readOwner } from "./owner.ts";
import { builtInBackends } from "./registries.ts";

/** What reading commands need besides the engine; an installation that never launched anything owns nothing. */
export async function stateHost({ home }: CommandContext): Promise<StateHost> {
  return { home, owner: (await readOwner(home)) ?? "none" };
}

/** Every backend whose runtime answers. @throws when none does, what the backend says about that */
export async function availableBackends(backends: BackendRegistry, host: StateHost): Promise<readonly BottleBackend[]> {
  const all = await Promise.all(backends.names.map((name) => backends.get(name)));
  const answers = await Promise.all(all.map((backend) => backend.isAvailable()));
  const available = all.filter((_, index) => answers[index]);
  if (available.length === 0) throw await noBackend(all, host);
  return available;
}

/**
 * Bottles of every backend that answers; one that fails is a warning.
 * @throws when none answers: nothing is known then
 */
export async function listActive(context: CommandContext): Promise<readonly ActiveBottle[]> {
  const host = await stateHost(context);
  const backends = await availableBackends(builtInBackends(context.env), host);
  const lists = await Promise.all(
    backends.map(async (backend) => {
      try {
        return await backend.listActive(host);
      } catch (error) {
        context.ui.warn(`${backend.name}: ${toError(error).message}`);
        return [];
      }
    }),
  );
  return lists.flat();
}

export interface FoundBottle {
  readonly slug: Slug;
  readonly backend: BottleBackend;
}

/** The bottle that was named, else a picker over ours. @throws `BB_BOTTLE_NOT_FOUND` with the nearest name */
export async function findBottle(context: CommandContext, named: string | undefined): Promise<FoundBottle> {
  const own = (await listActive(context)).filter(({ owner, up }) => owner !== "foreign" && up);
  const choices = own.map(({ slug, agent }) => ({ value: slug, label: slug, hint: agent ?? "" }));
  if (named === undefined && choices.length === 0) {
    throw new BotBottleError("BB_BOTTLE_NOT_FOUND", "No bottle is running.", { hint: "Start one: bot-bottle start" });
  }
  const slug = named ?? (await context.ui.select("Which bottle?", choices, "the bottle's name"));
  const found = own.find((bottle) => bottle.slug === slug);
  if (found === undefined || !isSlug(slug)) {
    const close = nearest(
      slug,
      own.map((bottle) => bottle.slug),
    );
    throw new BotBottleError("BB_BOTTLE_NOT_FOUND", `No bottle "${slug}" is running.`, {
      hint: close === undefined ? "See: bot-bottle list active" : `Did you mean "${close}"?`,
    });
  }
  return { slug, backend: await builtInBackends(context.env).get(found.backend) };
}
