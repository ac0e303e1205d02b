import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { issueCertificate, mintAuthority } from "../../../../tooling/model-api/index.mjs";
import { addressOf, docker, makeNetwork, runContainer, type TestNetwork, type Undo } from "./engine.ts";
import { Installation } from "./installation.ts";
import { machineSource } from "./outside.ts";
import { output } from "./process.ts";
import { type RunningBottle, startBottle } from "./running-bottle.ts";

/** What an origin noted of one request. */
export interface Arrived {
  readonly scheme: "https" | "http";
  readonly method: string;
  readonly host: string;
  readonly url: string;
  /** `[name, value, name, value, …]` as they came */
  readonly raw: readonly string[];
  readonly trailers?: readonly string[];
}

/** One connection of `machines/client.mjs`. */
export interface Job {
  readonly raw: string;
  readonly host: string;
  readonly port?: number;
  readonly tls?: boolean;
  readonly via?: "tunnel" | "proxy";
}

export interface Answer {
  /** 0 without one */
  readonly status: number;
  /** everything that came, decoded where it was packed */
  readonly text: string;
  readonly error?: string;
}

const secret = (prefix: string): string => `${prefix}${randomBytes(24).toString("base64url")}`;
export const MODEL_TOKEN = secret("sk-ant-oat01-");
export const ROUTE_TOKEN = secret("route-");
export const API = "api.anthropic.com";

/** Hosts of the bottle; all of them are the same origin. */
const HOSTS = [API, "guarded.test", "open.test", "key.test", "pass.test", "bare.test", "collector.test", "clear.test"];
const TENANTS = ["evil.accepted.test", "evil.tenants.test"];

export interface CredentialsScene {
  readonly installation: Installation;
  readonly network: TestNetwork;
  readonly bottle: RunningBottle;
  /** a plain container beside the sidecar, without a guard between it and the origin */
  readonly stranger: string;
  /** names of the origin's containers; the second stands for a machine that the bottle may not reach */
  readonly origin: string;
  readonly decoy: string;
  /** port of `*.address.test` */
  readonly addressPort: number;
  /** sends requests one after the other, from the bottle's agent or from another container */
  send(jobs: readonly Job[], from?: string): Promise<readonly Answer[]>;
  /** what has arrived at the origin since the last call, or at the decoy */
  arrived(container?: string): Promise<readonly Arrived[]>;
}

/** A bottle whose every route leads to one origin on a network of the test's own. */
export async function makeCredentialsScene(undo: Undo, addressPort: number): Promise<CredentialsScene> {
  const installation = await Installation.make({
    CLAUDE_CODE_OAUTH_TOKEN: MODEL_TOKEN,
    BB_ROUTE_TOKEN: ROUTE_TOKEN,
  });
  undo.defer(() => installation.remove());
  const network = await makeNetwork(undo, { ipv6: true });
  const authority = mintAuthority("origin");
  const certificate = issueCertificate(authority, [...HOSTS, "*.accepted.test", "*.tenants.test", "*.rebind.test"]);
  const caFile = join(installation.root, "origin.pem");
  await writeFile(caFile, authority.cert);
  const source = await machineSource("origin.mjs");
  const startOrigin = async (aliases: readonly string[]): Promise<string> =>
    await runContainer(undo, {
      network: network.name,
      aliases,
      options: ["--env", `ORIGIN=${JSON.stringify(certificate)}`],
      command: ["node", "--input-type=module", "--eval", source],
    });
  const [origin, decoy] = await Promise.all([startOrigin([...HOSTS, ...TENANTS]), startOrigin([])]);

  const allowed = JSON.stringify([network.subnet, network.subnet6]);
  const auth = "{ scheme: Bearer, token_ref: BB_ROUTE_TOKEN }";
  await installation.write(
    "credentials",
    `
agent_provider: { template: claude, dockerfile: ${installation.stubDockerfile} }
egress:
  upstream: { network: ${network.name}, ca_file: ${caFile} }
  routes:
    - { host: ${API}, override: true, allow_private: ${allowed} }
    - { host: guarded.test, auth: ${auth}, allow_private: ${allowed}, matches: [{ paths: [{ type: prefix, value: /ok }] }] }
    - { host: open.test, auth: ${auth}, allow_private: ${allowed} }
    - { host: key.test, auth: { header: PRIVATE-TOKEN, token_ref: BB_ROUTE_TOKEN }, allow_private: ${allowed} }
    - { host: pass.test, agent_credentials: true, allow_private: ${allowed} }
    - { host: bare.test, allow_private: ${allowed} }
    - { host: collector.test, allow_private: ${allowed} }
    - { host: clear.test, port: 80, agent_credentials: true, allow_private: ${allowed} }
    - { host: "*.accepted.test", auth: { scheme: Bearer, token_ref: BB_ROUTE_TOKEN, wildcard: true }, allow_private: ${allowed} }
    - { host: "*.tenants.test", allow_private: ${allowed} }
    - { host: "*.address.test", port: ${addressPort}, allow_private: ${allowed} }
    - { host: "*.rebind.test", allow_private: ["${await addressOf(origin, network.name)}/32"] }
`,
  );
  const bottle = await startBottle(installation, "credentials");
  undo.defer(() => bottle.end());
  const image = await docker(["inspect", "--format", "{{.Image}}", bottle.agent]);
  const stranger = await runContainer(undo, { network: network.name, image });

  const client = await machineSource("client.mjs");
  const seen = new Map<string, number>();
  return {
    ...{ installation, network, bottle, stranger, origin, decoy, addressPort },
    send: async (jobs, from = bottle.agent) => {
      const argv = ["exec", "--interactive", "--user", "node", from, "node", "--input-type=module", "--eval", client];
      return JSON.parse(await output("docker", argv, { stdin: JSON.stringify(jobs) })) as Answer[];
    },
    arrived: async (container = origin) => {
      const ask = `fetch("http://127.0.0.1:9797").then((answer) => answer.text()).then((text) => process.stdout.write(text))`;
      const all = JSON.parse(await docker(["exec", container, "node", "--eval", ask])) as Arrived[];
      const from = seen.get(container) ?? 0;
      seen.set(container, all.length);
      return all.slice(from);
    },
  };
}
