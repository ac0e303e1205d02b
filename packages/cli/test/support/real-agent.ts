import type { CliProcess } from "./cli-process.ts";
import type { Installation } from "./installation.ts";
import { until } from "./process.ts";

/** As Ctrl-C does; a command that has ended is left in peace. */
export async function endGently(running: CliProcess): Promise<void> {
  try {
    running.interrupt();
  } catch {
    // it has ended
  }
  await running.ended;
}

/** The agent's container of the only bottle that runs. */
export async function agentContainer(installation: Installation): Promise<string> {
  return await until("a bottle", async () => {
    const names = (await installation.left()).filter((line) => line.startsWith("container "));
    return names.find((line) => !line.endsWith("-sidecar"))?.replace("container ", "");
  });
}
