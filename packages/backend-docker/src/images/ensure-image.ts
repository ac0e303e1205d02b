import { createHash } from "node:crypto";
import { LABEL_PREFIX, type Reporter } from "@bot-bottle/core";
import type { Engine } from "../client/engine.ts";
import { asking } from "../errors.ts";
import { ensureBaseImage } from "./base-image.ts";
import { buildImage } from "./build.ts";
import type { BuildNetwork } from "./build-network.ts";
import type { ContextEntry } from "./context.ts";
import { imageDigest, imageTag } from "./digest.ts";
import { imageId } from "./image-id.ts";
import { baseImages, declaresArgument } from "./dockerfile.ts";
import { ProgressLines } from "./progress.ts";

/** What all images of one launch have in common. */
export interface ImageWork {
  readonly engine: Engine;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly buildNetwork: BuildNetwork;
  /** random id of this installation */
  readonly owner: string;
  /** base image in place of the Dockerfile's own, for a Dockerfile that declares `ARG BASE_IMAGE` */
  readonly baseImage: string | undefined;
  /** proxy arguments for builds; no part of a digest */
  readonly proxies: () => Promise<Readonly<Record<string, string>>>;
}

export interface ImageSource {
  readonly role: "agent" | "agent-packages" | "sidecar";
  /** what the image is for; a newer image of the same recipe takes the place of an older one */
  readonly recipe: readonly string[];
  readonly entries: readonly ContextEntry[];
  readonly dockerfile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

// Other names than the labels of bottles: every container inherits its image's labels.
const IMAGE_LABEL = `${LABEL_PREFIX}.image`;
const RECIPE_LABEL = `${LABEL_PREFIX}.image-recipe`;
const BUILDER_LABEL = `${LABEL_PREFIX}.image-builder`;

function dockerfileText({ entries, dockerfile }: ImageSource): string {
  return entries.find(({ path }) => path === dockerfile)?.bytes.toString() ?? "";
}

/** Removes what the new image replaces, of this installation only. The engine keeps what a container uses. */
async function removeReplaced(engine: Engine, recipe: string, owner: string, tag: string): Promise<void> {
  const docker = await engine.docker();
  const filters = { label: [`${RECIPE_LABEL}=${recipe}`, `${BUILDER_LABEL}=${owner}`] };
  const images = await docker.listImages({ filters: JSON.stringify(filters) }).catch(() => []);
  // An image without a tag is what a build for another launch at the same time has left; old engines write it "<none>".
  const names = images.flatMap(({ Id, RepoTags }) => {
    const tags = ((RepoTags as string[] | null) ?? []).filter((other) => !other.startsWith("<none>"));
    return tags.length === 0 ? [Id] : tags.filter((other) => other !== tag && other.startsWith("bot-bottle/"));
  });
  await Promise.all(
    names.map((name) =>
      docker
        .getImage(name)
        .remove()
        .catch(() => undefined),
    ),
  );
}

/**
 * An image by the digest of everything that it is made from: there already, or built.
 * @returns its tag
 */
export async function ensureImage(source: ImageSource, work: ImageWork): Promise<string> {
  const { engine, reporter, signal } = work;
  const { role, entries, dockerfile } = source;
  const text = dockerfileText(source);
  const buildArgs =
    work.baseImage !== undefined && declaresArgument(text, "BASE_IMAGE")
      ? { ...source.buildArgs, BASE_IMAGE: work.baseImage }
      : source.buildArgs;
  const step = `image.${role}`;
  const lines = new ProgressLines(reporter, step);
  const baseIds: string[] = [];
  for (const base of baseImages(text, buildArgs)) baseIds.push(await ensureBaseImage(engine, base, { lines, signal }));
  const tag = imageTag(role, imageDigest({ entries, dockerfile, buildArgs, baseIds }));
  if ((await imageId(engine, tag)) !== undefined) return tag;

  const begun = Date.now();
  reporter.report({ type: "step", step, title: `Building the image ${tag}` });
  const recipe = createHash("sha256")
    .update(JSON.stringify([role, ...source.recipe]))
    .digest("hex")
    .slice(0, 12);
  const labels = { [IMAGE_LABEL]: role, [RECIPE_LABEL]: recipe, [BUILDER_LABEL]: work.owner };
  const [proxies, networkId] = await Promise.all([work.proxies(), work.buildNetwork.id(signal)]);
  const request = { tag, entries, dockerfile, buildArgs: { ...proxies, ...buildArgs }, labels, networkId };
  try {
    await asking(`build the image "${tag}"`, () => buildImage(engine, request, { lines, signal }));
  } finally {
    lines.end();
  }
  await removeReplaced(engine, recipe, work.owner, tag);
  reporter.report({ type: "step-done", step, durationMs: Date.now() - begun });
  return tag;
}
