import { BotBottleError, escapeForDisplay, type ImagePlan } from "@bot-bottle/core";
import { readContext } from "./context.ts";
import { ensureImage, type ImageWork } from "./ensure-image.ts";

// Names go into a RUN line: nothing that a shell or a package manager reads as more than a name.
const APT = /^[a-z0-9][a-z0-9.+-]*(?::[a-z0-9]+)?(?:=[A-Za-z0-9.+:~-]+)?$/;
const NPM = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*(?:@[A-Za-z0-9^~][A-Za-z0-9.^~+_-]*)?$/i;

/** @throws BotBottleError `BB_MANIFEST_INVALID` for a package that is not a plain name with an optional version */
export function checkPackages({ apt, npm }: ImagePlan["packages"]): void {
  const bad = apt.find((name) => !APT.test(name)) ?? npm.find((name) => !NPM.test(name));
  if (bad === undefined) return;
  throw new BotBottleError("BB_MANIFEST_INVALID", `"${escapeForDisplay(bad)}" is no package name.`, {
    hint: "Write `name` or `name=version` for apt, `name` or `name@version` for npm.",
  });
}

/** A Dockerfile that adds packages to an image. */
export function packagesDockerfile(image: string, { apt, npm }: ImagePlan["packages"]): string {
  return [
    `FROM ${image}`,
    "USER root",
    ...(apt.length === 0
      ? []
      : [
          "RUN apt-get update" +
            ` && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ${apt.join(" ")}` +
            " && rm -rf /var/lib/apt/lists/*",
        ]),
    ...(npm.length === 0
      ? []
      : [
          `RUN npm install --global --no-audit --no-fund ${npm.map((name) => `'${name}'`).join(" ")} && npm cache clean --force`,
        ]),
    "",
  ].join("\n");
}

/** The agent's image: the Dockerfile of the plan, and the manifest's packages on top. @returns its tag */
export async function ensureAgentImage(plan: ImagePlan, providerName: string, work: ImageWork): Promise<string> {
  const { contextDir, dockerfile, buildArgs, packages } = plan;
  const image = await ensureImage(
    {
      role: "agent",
      recipe: [providerName, contextDir, dockerfile],
      entries: await readContext(contextDir, dockerfile),
      dockerfile,
      buildArgs,
    },
    work,
  );
  if (packages.apt.length + packages.npm.length === 0) return image;
  const text = packagesDockerfile(image, packages);
  return await ensureImage(
    {
      role: "agent-packages",
      recipe: [providerName, contextDir, dockerfile, ...packages.apt, "npm", ...packages.npm],
      entries: [{ path: "Dockerfile", type: "file", mode: 0o644, bytes: Buffer.from(text) }],
      dockerfile: "Dockerfile",
      buildArgs: {},
    },
    work,
  );
}
