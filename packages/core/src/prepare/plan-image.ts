import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ImagePlan } from "../bottle/plan-parts.ts";
import type { Slug } from "../bottle/slug.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { HomePaths } from "../paths/home.ts";
import type { AgentProvider } from "../provider/agent-provider.ts";

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (info) => info.isFile(),
    () => false,
  );
}

/**
 * Dockerfile of the agent's image; the first of these that exists: the bottle's own in its state folder, the manifest's
 * `dockerfile`, the user plugin's, the provider's default.
 */
export async function planImage(
  spec: BottleSpec,
  provider: AgentProvider,
  { slug, home }: { readonly slug: Slug; readonly home: HomePaths },
): Promise<ImagePlan> {
  const { packages, dockerfile } = spec.provider;
  const { contextDir, dockerfile: providerDockerfile, buildArgs } = provider.image();
  const custom = (origin: ImagePlan["origin"], path: string): ImagePlan => ({
    origin,
    contextDir: dirname(path),
    dockerfile: basename(path),
    buildArgs,
    packages,
  });
  const override = join(home.state(slug), "Dockerfile");
  if (await isFile(override)) return custom("override", override);
  if (dockerfile !== undefined) {
    if (await isFile(dockerfile.path)) return custom("manifest", dockerfile.path);
    throw new BotBottleError(
      "BB_IMAGE_MISSING",
      `${dockerfile.from}: there is no Dockerfile at "${dockerfile.path}".`,
      {
        hint: "A relative path starts at the manifest's own folder.",
      },
    );
  }
  const plugin = join(home.contrib, provider.name, "Dockerfile");
  if (await isFile(plugin)) return custom("plugin", plugin);
  return { origin: "provider", contextDir, dockerfile: providerDockerfile, buildArgs, packages };
}
