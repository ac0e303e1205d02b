import type { CleanupEntry } from "@bot-bottle/core";
import type { Engine } from "./client/engine.ts";
import { all, removeContainer, removeNetwork, removeVolume } from "./remove.ts";

/** Removes what one cleanup entry lists; what is gone already is fine. */
export async function removeListed(engine: Engine, { resources }: CleanupEntry): Promise<void> {
  const of = (kind: string): readonly string[] => resources.filter((one) => one.kind === kind).map(({ id }) => id);
  await all(of("container").map((id) => removeContainer(engine, id)));
  await all([
    ...of("network").map((id) => removeNetwork(engine, id)),
    ...of("volume").map((id) => removeVolume(engine, id)),
  ]);
}
