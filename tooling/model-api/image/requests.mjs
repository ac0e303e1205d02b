import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

// Prints the request log, one JSON object a line; waits for a server that is still starting.
const ATTEMPTS = 100;
const PAUSE_MS = 50;

const read = () =>
  new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port: 9797 }, (res) => {
      res.pipe(process.stdout);
      res.once("end", resolve);
    }).once("error", reject);
  });

for (let attempt = 1; ; attempt++) {
  try {
    await read();
    break;
  } catch (error) {
    if (attempt === ATTEMPTS) throw error;
    await sleep(PAUSE_MS);
  }
}
