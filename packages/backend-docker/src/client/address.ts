import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { BotBottleError, errorCode, redactForDisplay } from "@bot-bottle/core";

interface TlsMaterial {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Where an engine is, checked: none of these lets a stranger on the network read or write the conversation. */
export type EngineAddress =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls?: TlsMaterial | undefined }
  | {
      readonly kind: "ssh";
      readonly host: string;
      readonly user?: string | undefined;
      readonly port?: number | undefined;
    };

/** Where TLS files of an address lie, when TLS is asked for. */
export interface TlsSource {
  /** folder with ca.pem, cert.pem and key.pem */
  readonly dir: string;
}

function refused(text: string, why: string, hint: string): BotBottleError {
  return new BotBottleError("BB_ENGINE_REFUSED", `The engine address "${redactForDisplay(text)}" ${why}.`, { hint });
}

const SSH_HINT = "Use `ssh://user@host`, with keys and options in ~/.ssh/config.";

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

async function readTls({ dir }: TlsSource): Promise<TlsMaterial> {
  try {
    const [ca, cert, key] = await Promise.all(
      ["ca.pem", "cert.pem", "key.pem"].map((name) => readFile(join(dir, name))),
    );
    return { ca: ca as Buffer, cert: cert as Buffer, key: key as Buffer };
  } catch (error) {
    throw new BotBottleError(
      "BB_ENGINE_UNAVAILABLE",
      `The engine's TLS files in "${dir}" cannot be read (${errorCode(error) ?? "error"}).`,
      { hint: "ca.pem, cert.pem and key.pem are needed there; DOCKER_CERT_PATH names the folder.", cause: error },
    );
  }
}

function parseSsh(text: string, url: URL): EngineAddress {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const user = decodeURIComponent(url.username);
  // The system's ssh gets these as arguments: nothing that looks like an option or that a ProxyCommand could expand.
  if (!/^[A-Za-z0-9._:][A-Za-z0-9._:-]*$/.test(host)) throw refused(text, "has no usable host name", SSH_HINT);
  if (user !== "" && !/^[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(user))
    throw refused(text, "has no usable user name", SSH_HINT);
  if (url.password !== "") throw refused(text, "holds a password", SSH_HINT);
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") {
    throw refused(text, "names more than a machine", SSH_HINT);
  }
  return {
    kind: "ssh",
    host,
    user: user === "" ? undefined : user,
    port: url.port === "" ? undefined : Number(url.port),
  };
}

/**
 * Reads an engine address as `DOCKER_HOST` and Docker contexts write it.
 * @param tls where the TLS files are, when the address is to be spoken to over TLS
 * @throws BotBottleError `BB_ENGINE_REFUSED` for an address that is not safe, such as plain tcp to another machine
 */
export async function parseEngineAddress(text: string, tls?: TlsSource): Promise<EngineAddress> {
  if (text.startsWith("unix://")) {
    const path = text.slice("unix://".length);
    if (!path.startsWith("/")) throw refused(text, "has no absolute path", "Write `unix:///path/to/docker.sock`.");
    return { kind: "unix", path };
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refused(text, "is not an address", "Write `unix://…`, `ssh://…` or `tcp://…`.");
  }
  if (url.protocol === "ssh:") return parseSsh(text, url);
  if (url.protocol !== "tcp:")
    throw refused(text, "is of a kind that is not supported", "Write `unix://…`, `ssh://…` or `tcp://…`.");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (host === "") throw refused(text, "has no host", "Write `tcp://host:port`.");
  if (tls !== undefined) {
    return { kind: "tcp", host, port: url.port === "" ? 2376 : Number(url.port), tls: await readTls(tls) };
  }
  if (!isLoopback(host)) {
    throw refused(
      text,
      "is plain tcp to another machine",
      "Anybody on the way could take that engine over. Use `ssh://user@host`, or TLS with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH.",
    );
  }
  return { kind: "tcp", host, port: url.port === "" ? 2375 : Number(url.port) };
}

/** The address as a user would write it. */
export function formatEngineAddress(address: EngineAddress): string {
  switch (address.kind) {
    case "unix":
      return `unix://${address.path}`;
    case "tcp":
      return `tcp://${address.host.includes(":") ? `[${address.host}]` : address.host}:${address.port}`;
    case "ssh": {
      const user = address.user === undefined ? "" : `${address.user}@`;
      return `ssh://${user}${address.host}${address.port === undefined ? "" : `:${address.port}`}`;
    }
  }
}
