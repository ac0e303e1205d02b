import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes the owner of a state folder a process that is gone, as after SIGKILL. */
export function killOwner(stateDir: string): void {
  for (const name of readdirSync(stateDir).filter((file) => file.startsWith("lock."))) {
    const path = join(stateDir, name);
    const record = JSON.parse(readFileSync(path, "utf8")) as object;
    writeFileSync(path, JSON.stringify({ ...record, pid: 2 ** 22 + 12345 }));
  }
}
