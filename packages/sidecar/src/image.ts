import { fileURLToPath } from "node:url";
import type { SidecarImage } from "@bot-bottle/core";

/** The complete build context of the sidecar's image, made by this package's build; the same from `src` and `dist`. */
export function sidecarImage(): SidecarImage {
  return { contextDir: fileURLToPath(new URL("../dist/image", import.meta.url)) };
}
