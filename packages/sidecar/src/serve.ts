import { errorCode, toError } from "@bot-bottle/core";
import { ControlService } from "./control/service.ts";
import { startControlServer } from "./control/server.ts";
import { productionIo } from "./runtime/io.ts";

const EXIT_BUG = 70;

/** A fault ends the process at once, and with it the bottle's only exit. What is printed quotes nobody's data. */
function dieOnFaults(): void {
  const die = (fault: unknown): void => {
    const { name, stack = "" } = toError(fault);
    const frames = stack.split("\n").filter((line) => /^ {4}at /.test(line));
    process.stderr.write(`sidecar: internal error: ${[name, errorCode(fault)].join(" ")}\n${frames.join("\n")}\n`);
    process.exit(EXIT_BUG); // eslint-disable-line n/no-process-exit -- fail closed, with nothing half alive
  };
  process.on("uncaughtException", die);
  process.on("unhandledRejection", die);
}

/** Runs until it is told to stop; as the first process of a container, nobody else handles its signals. */
export async function serve(path: string): Promise<void> {
  dieOnFaults();
  await startControlServer(path, new ControlService(productionIo));
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      process.exit(0); // eslint-disable-line n/no-process-exit -- connections are cut, by design
    });
  }
}
