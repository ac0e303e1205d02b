import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { networkInterfaces } from "node:os";

/** A TCP server and a UDP echo on every address of this machine, for the attacks to aim at. */
export interface HostTarget extends AsyncDisposable {
  readonly port: number;
  /** every address of this machine but loopback */
  readonly addresses: readonly string[];
}

export async function openHostTarget(): Promise<HostTarget> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined).end("open\n");
  });
  server.listen(0, "0.0.0.0");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const echo = createSocket("udp4");
  echo.on("message", (message, from) => {
    echo.send(message, from.port, from.address);
  });
  echo.bind(port, "0.0.0.0");
  await once(echo, "listening");
  const addresses = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).flatMap(({ address, internal, family }) => (internal || family !== "IPv4" ? [] : [address])),
  );
  return {
    port,
    addresses,
    [Symbol.asyncDispose]: async () => {
      echo.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
