import { CONTROL_SOCKET } from "@bot-bottle/core";

const [command] = process.argv.slice(2);
if (command === "serve") {
  const { serve } = await import("./serve.ts");
  await serve();
} else if (command === "control") {
  const { relayControl } = await import("./control/relay.ts");
  process.exitCode = await relayControl(CONTROL_SOCKET);
} else {
  process.stderr.write("usage: sidecar serve | control\n");
  process.exitCode = 2;
}
