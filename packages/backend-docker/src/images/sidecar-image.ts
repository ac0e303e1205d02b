import type { SidecarImage } from "@bot-bottle/core";
import { readContext } from "./context.ts";
import { ensureImage, type ImageWork } from "./ensure-image.ts";

/** The sidecar's image. @returns its tag */
export async function ensureSidecarImage({ contextDir }: SidecarImage, work: ImageWork): Promise<string> {
  const dockerfile = "Dockerfile";
  const entries = await readContext(contextDir, dockerfile);
  return await ensureImage({ role: "sidecar", recipe: [], entries, dockerfile, buildArgs: {} }, work);
}
