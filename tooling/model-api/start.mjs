import { once } from "node:events";
import { mintAuthority } from "./image/certificate.mjs";
import { createModelApi } from "./image/server.mjs";

/** Names that the stand-in answers for when none are given. */
export const DEFAULT_HOSTS = ["api.anthropic.com", "api.openai.com", "chatgpt.com"];

/**
 * The stand-in inside this process.
 * @param options.port default any free one
 * @param options.address default loopback
 * @returns its port, the PEM certificate to trust, the live request log, and `close`
 */
export async function startModelApi(options = {}) {
  const { port = 0, address = "127.0.0.1", hosts = DEFAULT_HOSTS, authority = mintAuthority(), ...rest } = options;
  const requests = [];
  const server = createModelApi({ ...rest, hosts, authority, onRequest: (entry) => void requests.push(entry) });
  server.listen(port, address);
  await once(server, "listening");
  const close = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    port: server.address().port,
    caCertificate: authority.cert,
    requests,
    close,
    [Symbol.asyncDispose]: close,
  };
}
