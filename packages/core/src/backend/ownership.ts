import { readdir } from "node:fs/promises";
import { isSlug, type Slug } from "../bottle/slug.ts";
import { errorCode } from "../errors/to-error.ts";
import { escapeForDisplay } from "../secret/redact.ts";
import { homeError } from "../state/home-error.ts";
import { METADATA_FILE } from "../state/metadata.ts";
import { isOwnerAlive } from "../state/owner-lock.ts";
import { listStates, readMetadata, readPlanInit, WORK_BUNDLE } from "../state/state-store.ts";
import type { ActiveBottle } from "./active-bottle.ts";
import type { BottleCleanupPlan, CleanupEntry, CleanupResource } from "./cleanup-plan.ts";
import type { StateHost } from "./hosts.ts";
import type { ResourceIdentity } from "./labels.ts";

/** One thing on a runtime that carries our labels, or copies of them. */
export interface LabelledResource extends CleanupResource {
  readonly labels: Partial<Record<keyof ResourceIdentity, string>>;
  /** the name, and the kind, are those of a thing of that slug and role: labels travel with committed images, names do not */
  readonly nameFits: boolean;
  /** the agent machine, and it runs */
  readonly isUp?: boolean;
}

export type Ownership =
  { readonly owner: "running" | "left"; readonly slug: Slug } | { readonly owner: "foreign"; readonly reason: string };

const foreign = (reason: string): Ownership => ({ owner: "foreign", reason });

/** Whose a labelled thing is: ours only when label, name, state folder and nonce all say so. */
export async function ownershipOf(
  { labels, nameFits }: LabelledResource,
  backendName: string,
  host: StateHost,
): Promise<Ownership> {
  const { slug = "", owner, nonce } = labels;
  if (owner !== host.owner) return foreign("of another installation");
  if (!isSlug(slug) || !nameFits) return foreign("copied labels: the name is not a bottle's");
  const metadata = await readMetadata(host.home, slug);
  if (metadata === undefined) return foreign("no state folder here knows it");
  if (metadata.backend !== backendName || metadata.nonce !== nonce)
    return foreign("the state folder is another bottle's");
  return { owner: (await isOwnerAlive(host.home.state(slug))) ? "running" : "left", slug };
}

async function belongsTo(backendName: string, slug: Slug, host: StateHost): Promise<boolean> {
  const names = await readdir(host.home.state(slug)).catch((error: unknown): string[] => {
    if (errorCode(error) === "ENOENT") return []; // it has just ended
    throw homeError(`Cannot list "${host.home.state(slug)}"`, error);
  });
  if (names.every((name) => name === WORK_BUNDLE)) return false;
  const metadata = await readMetadata(host.home, slug);
  if (metadata !== undefined) return metadata.backend === backendName;
  if (names.includes(METADATA_FILE)) return false; // another version's: nobody here can tell what belongs to it
  const init = await readPlanInit(host.home, slug).catch(() => undefined);
  return init === undefined || init.backendName === backendName;
}

/** State folders of one backend whose launching process is gone; a folder with nothing but collected work is none. */
export async function listLeftStates(backendName: string, host: StateHost): Promise<readonly Slug[]> {
  const left: Slug[] = [];
  for (const slug of await listStates(host.home)) {
    if ((await belongsTo(backendName, slug, host)) && !(await isOwnerAlive(host.home.state(slug)))) left.push(slug);
  }
  return left;
}

/** Sorts what a runtime lists, and the state folders, into what cleanup removes and what it leaves alone. */
export async function planCleanup(
  resources: readonly LabelledResource[],
  backendName: string,
  host: StateHost,
): Promise<BottleCleanupPlan> {
  const entries = new Map<Slug, CleanupResource[]>();
  const others: BottleCleanupPlan["foreign"][number][] = [];
  for (const resource of resources) {
    const { kind, id, name } = resource;
    const ownership = await ownershipOf(resource, backendName, host);
    if (ownership.owner === "foreign")
      others.push({ kind, id, name: escapeForDisplay(name), reason: ownership.reason });
    if (ownership.owner !== "left") continue;
    entries.set(ownership.slug, [...(entries.get(ownership.slug) ?? []), { kind, id, name }]);
  }
  for (const slug of await listLeftStates(backendName, host)) {
    const state: CleanupResource = { kind: "state", id: slug, name: host.home.state(slug) };
    entries.set(slug, [...(entries.get(slug) ?? []), state]);
  }
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    backendName,
    entries: sorted.map(([slug, list]): CleanupEntry => ({ slug, resources: list })),
    foreign: others,
  };
}

/** Groups what a runtime lists into bottles, oldest first. What only looks like a bottle's is left out. */
export async function groupActive(
  resources: readonly LabelledResource[],
  backendName: string,
  host: StateHost,
): Promise<readonly ActiveBottle[]> {
  const bottles = new Map<string, ActiveBottle>();
  for (const resource of resources) {
    const { slug = "", owner = "", nonce = "", created = "" } = resource.labels;
    if (!resource.nameFits || !isSlug(slug)) continue;
    const key = JSON.stringify([slug, owner, nonce]);
    const known = bottles.get(key);
    if (known !== undefined) {
      bottles.set(key, { ...known, up: known.up || resource.isUp === true });
      continue;
    }
    const ownership = await ownershipOf(resource, backendName, host);
    const metadata = ownership.owner === "foreign" ? undefined : await readMetadata(host.home, slug);
    bottles.set(key, {
      slug,
      backend: backendName,
      agent: metadata?.agent,
      created: Number.isNaN(Date.parse(created)) ? "" : new Date(created).toISOString(),
      owner: ownership.owner,
      up: resource.isUp === true,
    });
  }
  return [...bottles.values()].sort((a, b) => (a.created < b.created ? -1 : 1));
}
