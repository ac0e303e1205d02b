export { mintAuthority } from "./ca/authority.ts";
export { sidecarImage } from "./image.ts";
