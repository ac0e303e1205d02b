import { CONTROL_SOCKET } from "@bot-bottle/core";

const [command, path = CONTROL_SOCKET] = process.argv.slice(2);
if (command === "serve") {
  const { serve } = await import("./serve.ts");
  await serve(path);
} else if (command === "control") {
  const { relayControl } = await import("./control/relay.ts");
  process.exitCode = await relayControl(path);
} else {
  process.stderr.write("usage: sidecar serve|control [SOCKET]\n");
  process.exitCode = 2;
}
