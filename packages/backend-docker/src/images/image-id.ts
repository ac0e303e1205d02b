import type { Engine } from "../client/engine.ts";
import { asking, isNotFound } from "../errors.ts";

/** Id of an image; undefined when the engine does not have it. */
export async function imageId(engine: Engine, name: string): Promise<string | undefined> {
  const docker = await engine.docker();
  return await asking(`look for the image "${name}"`, async () => {
    try {
      return (await docker.getImage(name).inspect()).Id;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  });
}
