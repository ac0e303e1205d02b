import { errorCode } from "@bot-bottle/core";
import { LIMITS } from "../limits.ts";
import type { ConnectAddress } from "../egress/upstream/dial.ts";

/** A machine that is reachable answers on each of these, if only by refusing. */
const PROBED_PORTS = [1, 53, 80, 443, 2375];
/** The peer itself said no; every other error means that nobody was reached. */
const ANSWERS = new Set(["ECONNREFUSED", "ECONNRESET"]);

function isAnswered(address: string, port: number, connect: ConnectAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, port);
    const finish = (answered: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answered);
    };
    const timer = setTimeout(() => {
      finish(false);
    }, LIMITS.wallProbeMs);
    socket.once("connect", () => {
      finish(true);
    });
    socket.on("error", (error) => {
      finish(ANSWERS.has(errorCode(error) ?? ""));
    });
  });
}

/** @returns those of the addresses that answer within `LIMITS.wallProbeMs`, refusals included */
export async function probeWall(addresses: readonly string[], connect: ConnectAddress): Promise<string[]> {
  const answered = await Promise.all(
    addresses.map(async (address) => {
      const answers = await Promise.all(PROBED_PORTS.map((port) => isAnswered(address, port, connect)));
      return answers.includes(true);
    }),
  );
  return addresses.filter((_, index) => answered[index]);
}
