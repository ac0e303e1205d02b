import { join } from "node:path";

/** folder of the workspace */
export const root = join(import.meta.dirname, "..", "..");
