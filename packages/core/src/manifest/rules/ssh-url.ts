export interface SshAddress {
  readonly host: string;
  readonly port: number;
}

const SSH_URL = /^ssh:\/\/(?:([^@:/\s]+)@)?(\[[0-9A-Fa-f:.]+\]|[^@:/\s[\]]+)(?::([0-9]{1,5}))?\/(\S+)$/;
const SCP_FORM = /^(?:([^@:/\s]+)@)?(\[[0-9A-Fa-f:.]+\]|[^@:/\s[\]]+):(?!\/\/)(\S+)$/;

/** A part that ssh or git would take for an option. */
function isOption(part: string | undefined): boolean {
  return part?.startsWith("-") === true;
}

/**
 * Host and port of `ssh://[user@]host[:port]/path` or `[user@]host:path`, as written; undefined for anything else,
 * passwords and parts that begin with `-` included.
 */
export function parseSshUrl(text: string): SshAddress | undefined {
  const url = SSH_URL.exec(text);
  const [, user, host, port, path] = url ?? [];
  const [, scpUser, scpHost, scpPath] = url === null ? (SCP_FORM.exec(text) ?? []) : [];
  const name = host ?? scpHost;
  if (name === undefined || [user, scpUser, name, path, scpPath].some(isOption)) return undefined;
  const number = Number(port ?? 22);
  return number >= 1 && number <= 65535 ? { host: name.replaceAll(/[[\]]/g, ""), port: number } : undefined;
}
