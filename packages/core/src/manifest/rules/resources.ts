import type { BottleSpec } from "../../bottle/spec.ts";
import type { ReadContext, Section } from "../section.ts";
import { parseSize } from "./size.ts";

const MIN_MEMORY_BYTES = 64 * 1024 ** 2;
const MIN_DISK_BYTES = 256 * 1024 ** 2;

function readSize(resources: Section, key: string, minBytes: number, context: ReadContext): number | undefined {
  const field = resources.text(key) ?? resources.number(key);
  if (field === undefined) return undefined;
  const bytes = parseSize(field.value);
  if (bytes === undefined) context.issues.addKey(field.place, field.key, "must be a size such as 512MiB or 8GiB");
  else if (bytes < minBytes) {
    const least = `${minBytes / 1024 ** 2}MiB`;
    context.issues.addKey(field.place, field.key, `must be at least ${least}; write a unit, such as 8GiB`);
  }
  return bytes;
}

/** `resources` of a bottle; what is not written is the backend's default. */
export function readResources(resources: Section, context: ReadContext): BottleSpec["resources"] {
  const cpus = resources.number("cpus")?.value;
  const memoryBytes = readSize(resources, "memory", MIN_MEMORY_BYTES, context);
  const pids = resources.number("pids")?.value;
  const diskBytes = readSize(resources, "disk", MIN_DISK_BYTES, context);
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(pids === undefined ? {} : { pids }),
    ...(diskBytes === undefined ? {} : { diskBytes }),
  };
}
