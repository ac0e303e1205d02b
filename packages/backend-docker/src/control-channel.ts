import { Duplex, PassThrough, Writable } from "node:stream";
import { SIDECAR_UIDS, toError } from "@bot-bottle/core";
import { demux } from "./demux.ts";
import { type Container, openExec } from "./open-exec.ts";

/** Program of the sidecar's image that joins its standard streams to the control socket. */
const CONTROL_COMMAND = ["sidecar", "control"];

/** A byte stream to the control channel of a running sidecar; destroying it ends the program on the other side. */
export async function openControlChannel(sidecar: Container): Promise<Duplex> {
  const exec = await openExec(sidecar, {
    argv: CONTROL_COMMAND,
    user: String(SIDECAR_UIDS.proxy),
    cwd: "/",
    env: {},
    stdin: true,
    tty: false,
  });
  const { stream } = exec;
  const incoming = new PassThrough();
  const ignored = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const channel = new Duplex({
    read: () => {
      incoming.resume();
    },
    write: (chunk: Buffer, encoding, done) => {
      stream.write(chunk, encoding, done);
    },
    final: (done) => {
      stream.end(done);
    },
    destroy: (error, done) => {
      stream.destroy();
      done(error);
    },
  });
  incoming.on("data", (chunk: Buffer) => {
    if (!channel.push(chunk)) incoming.pause();
  });
  incoming.once("end", () => channel.push(null));
  stream.on("error", () => undefined); // demux reports it
  demux(stream, incoming, ignored).then(
    () => incoming.end(),
    (error: unknown) => channel.destroy(toError(error)),
  );
  return channel;
}
