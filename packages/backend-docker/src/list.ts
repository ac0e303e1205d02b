import { type LabelledResource, LABEL_PREFIX, readLabels, isSlug } from "@bot-bottle/core";
import type { Engine } from "./client/engine.ts";
import { asking } from "./errors.ts";
import { isResourceRole, resourceName } from "./names.ts";

interface Listed {
  readonly kind: LabelledResource["kind"];
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>> | null | undefined;
  readonly isRunning?: boolean;
}

/** Roles that a thing of a kind may have. */
const KINDS: Partial<Record<LabelledResource["kind"], readonly string[]>> = {
  container: ["agent", "sidecar"],
  network: ["internal-network", "egress-network", "build-network"],
  volume: ["volume"],
};

function toResource({ kind, id, name, labels: raw, isRunning = false }: Listed): LabelledResource {
  const labels = readLabels(raw ?? {});
  const { slug = "", role } = labels;
  const nameFits =
    isSlug(slug) && isResourceRole(role) && (KINDS[kind] ?? []).includes(role) && name === resourceName(slug, role);
  return { kind, id, name, labels, nameFits, isUp: isRunning && role === "agent" };
}

/** Everything on an engine that carries our labels, or copies of them. */
export async function listLabelled(engine: Engine): Promise<readonly LabelledResource[]> {
  const docker = await engine.docker();
  const filters = { label: [`${LABEL_PREFIX}.slug`] };
  return await asking("list what it has", async () => {
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
      docker.listVolumes({ filters }),
    ]);
    return [
      ...containers.map(({ Id, Names, Labels, State }) =>
        toResource({
          kind: "container",
          id: Id,
          name: (Names[0] ?? "").replace(/^\//, ""),
          labels: Labels,
          isRunning: State === "running",
        }),
      ),
      ...networks.map(({ Id, Name, Labels }) => toResource({ kind: "network", id: Id, name: Name, labels: Labels })),
      // Old engines answer null for none.
      ...((volumes as typeof volumes | null) ?? []).map(({ Name, Labels }) =>
        toResource({ kind: "volume", id: Name, name: Name, labels: Labels }),
      ),
    ];
  });
}
