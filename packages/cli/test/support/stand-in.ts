import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DEFAULT_HOSTS,
  type FixedAnswer,
  type LoggedRequest,
  mintAuthority,
  modelApiContainer,
  parseRequests,
  type ScriptStep,
} from "../../../../tooling/model-api/index.mjs";
import { BASE_IMAGE, docker, makeNetwork, type TestNetwork, type Undo } from "./engine.ts";
import type { Installation } from "./installation.ts";

export interface StandIn {
  readonly network: TestNetwork;
  /** `egress.upstream` of a bottle whose way out leads here, and its route to the model API, as YAML */
  readonly upstream: string;
  readonly apiRoute: string;
  /** everything that has arrived, credentials included */
  requests(): Promise<readonly LoggedRequest[]>;
}

export interface StandInOptions {
  readonly steps: readonly ScriptStep[];
  /** by `METHOD host/path` */
  readonly answers?: Readonly<Record<string, FixedAnswer>>;
  /** besides the model APIs */
  readonly hosts?: readonly string[];
}

/** The stand-in model API on a network of its own, which a bottle of the installation may name as its way out. */
export async function startStandIn(
  undo: Undo,
  installation: Installation,
  { steps, answers = {}, hosts = [] }: StandInOptions,
): Promise<StandIn> {
  const network = await makeNetwork(undo);
  const authority = mintAuthority("stand-in");
  const name = `${network.name}-api`;
  const { build, create, requestsArgv } = modelApiContainer({
    ...{ image: BASE_IMAGE, name, network: network.name, authority, steps, answers },
    hosts: [...DEFAULT_HOSTS, ...hosts],
  });
  undo.defer(() => docker(["rm", "--force", "--volumes", name]));
  const aliases = create.NetworkingConfig.EndpointsConfig[network.name]?.Aliases ?? [];
  await docker([
    ...["create", "--init", "--name", name, "--network", network.name],
    ...aliases.flatMap((alias) => ["--network-alias", alias]),
    ...create.Env.flatMap((variable) => ["--env", variable]),
    ...["--user", "node", "--workdir", "/srv/model-api", BASE_IMAGE, "node", "main.mjs"],
  ]);
  await docker(["cp", `${build.contextDir}/.`, `${name}:/srv/model-api`]);
  await docker(["start", name]);
  await mkdir(installation.home, { recursive: true });
  const caFile = join(installation.root, `${network.name}.pem`);
  await writeFile(caFile, authority.cert);
  return {
    network,
    upstream: `{ network: ${network.name}, ca_file: ${caFile} }`,
    apiRoute: `{ host: api.anthropic.com, override: true, allow_private: ["${network.subnet}"] }`,
    requests: async () => parseRequests(await docker(["exec", name, ...requestsArgv])),
  };
}
