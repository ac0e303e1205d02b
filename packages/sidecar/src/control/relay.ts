import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

const ATTEMPTS = 200;
const INTERVAL_MS = 25;

function tryConnect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path, allowHalfOpen: true });
    socket.once("connect", () => {
      resolve(socket);
    });
    socket.once("error", () => {
      resolve(undefined);
    });
  });
}

/**
 * Carries stdin and stdout to the control socket and back; waits a bounded time for the socket to be there. In the image
 * a smaller program does this, since starting Node takes longer than the conversation.
 * @returns the exit code
 */
export async function relayControl(path: string): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const socket = await tryConnect(path);
    if (!socket) {
      await delay(INTERVAL_MS);
      continue;
    }
    socket.on("error", () => socket.destroy());
    process.stdin.pipe(socket);
    socket.pipe(process.stdout);
    await new Promise((resolve) => socket.once("close", resolve));
    process.stdin.destroy();
    return 0;
  }
  return 1;
}
