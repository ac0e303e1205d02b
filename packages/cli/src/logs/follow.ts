import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;

/** Shows whole lines as a file grows, until the signal; a trail that ended ends it too. */
export async function followTrail(path: string, show: (line: string) => void, signal: AbortSignal): Promise<void> {
  const file = await open(path, "r");
  const buffer = Buffer.alloc(64 * 1024);
  let pending = "";
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      const lines = (pending + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split("\n");
      pending = lines.pop() ?? "";
      lines.forEach(show);
      if (lines.some((line) => line.includes('"type":"end"'))) return;
      if (bytesRead > 0) continue;
      const going = await sleep(POLL_MS, true, { signal }).catch(() => false);
      if (!going) return;
    }
  } finally {
    await file.close();
  }
}
