import { randomBytes, randomInt } from "node:crypto";
import { describe } from "@jest/globals";
import { output, run, type RunOptions } from "./process.ts";

/** Base image of everything that the tests run beside bottles. */
export const BASE_IMAGE = "node:24-trixie-slim";
/** On everything that the tests make themselves; the bottles carry labels of their own. */
const TEST_LABEL = "test.bot-bottle.run";
const POOL = "10.206";

/** The engine's own command, so that nothing of ours judges itself. */
export async function docker(argv: readonly string[], options?: RunOptions): Promise<string> {
  return await output("docker", argv, options);
}

async function whyNone(): Promise<string | undefined> {
  const engine = await run("docker", ["version", "--format", "{{.Server.Version}}"]).catch(() => undefined);
  if (engine?.exitCode !== 0) return `no Docker engine answers the docker command: ${engine?.stderr.trim() ?? ""}`;
  const image = await run("docker", ["image", "inspect", BASE_IMAGE]);
  return image.exitCode === 0 ? undefined : `the image ${BASE_IMAGE} is not there: pull it, or run \`npm test\` once`;
}

const absence = await whyNone();

if (absence !== undefined && process.env["BB_REQUIRE_DOCKER"] === "1") throw new Error(absence);
if (absence !== undefined) process.stderr.write(`Skipped: ${absence}\n`);

/** A suite that needs an engine: skipped with the reason where there is none, a failure when `BB_REQUIRE_DOCKER=1`. */
export const describeWithEngine: (title: string, suite: () => void) => void =
  absence === undefined ? describe : describe.skip;

/** What is undone at the end of a file, newest first, all of it whatever fails. */
export class Undo {
  readonly #actions: (() => Promise<unknown>)[] = [];

  defer(action: () => Promise<unknown>): void {
    this.#actions.push(action);
  }

  /** @throws Error with all that failed */
  async run(): Promise<void> {
    const failed: unknown[] = [];
    for (const action of this.#actions.splice(0).reverse()) {
      await action().catch((error: unknown) => failed.push(error));
    }
    if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join("; "));
  }
}

export interface TestNetwork {
  readonly id: string;
  readonly name: string;
  /** CIDR */
  readonly subnet: string;
  /** CIDR of IPv6, where the network has it */
  readonly subnet6: string | undefined;
  readonly gateway: string;
  /** interface of the host */
  readonly bridge: string;
  /** an address of the network by its number, 1 being the gateway's */
  at(number: number): string;
}

export interface NetworkOptions {
  readonly internal?: boolean;
  readonly ipv6?: boolean;
}

const hexOf = (number: number): string => number.toString(16);

/** A plain bridge network of the test's own. */
export async function makeNetwork(
  undo: Undo,
  { internal = false, ipv6 = false }: NetworkOptions = {},
): Promise<TestNetwork> {
  for (let attempt = 1; ; attempt++) {
    const [third, fourth] = [randomInt(256), randomInt(16) * 16];
    const name = `bb-test-${randomBytes(4).toString("hex")}`;
    const at = (number: number): string => `${POOL}.${third}.${fourth + number}`;
    const [subnet, gateway] = [`${at(0)}/28`, at(1)];
    const bridge = `bbt${randomBytes(4).toString("hex")}`;
    const subnet6 = ipv6 ? `fd42:${hexOf(randomInt(65_536))}:${hexOf(randomInt(65_536))}::/64` : undefined;
    const argv = [
      ...["network", "create", "--label", `${TEST_LABEL}=1`, "--subnet", subnet, "--gateway", gateway],
      ...["--opt", `com.docker.network.bridge.name=${bridge}`],
      ...(internal ? ["--internal"] : []),
      ...(subnet6 === undefined ? [] : ["--ipv6", "--subnet", subnet6]),
    ];
    const { exitCode, stdout, stderr } = await run("docker", [...argv, name]);
    if (exitCode === 0) {
      undo.defer(() => docker(["network", "rm", name]));
      return { id: stdout.trim(), name, subnet, subnet6, gateway, bridge, at };
    }
    if (attempt === 10 || !/overlap/i.test(stderr)) throw new Error(`no test network: ${stderr}`);
  }
}

export interface TestContainerOptions {
  /** network by name, `none` or `host` */
  readonly network: string;
  /** default: the base image */
  readonly image?: string;
  readonly aliases?: readonly string[];
  readonly user?: string;
  /** further arguments of `docker run` */
  readonly options?: readonly string[];
  /** default: waits for ever */
  readonly command?: readonly string[];
}

/** A container of the test's own, running. @returns its name */
export async function runContainer(undo: Undo, options: TestContainerOptions): Promise<string> {
  const { network, image = BASE_IMAGE, aliases = [], user, command = ["sleep", "infinity"] } = options;
  const name = `bb-test-${randomBytes(4).toString("hex")}`;
  const argv = [
    ...["run", "--detach", "--name", name, "--label", `${TEST_LABEL}=1`, "--init", "--network", network],
    ...aliases.flatMap((alias) => ["--network-alias", alias]),
    ...(user === undefined ? [] : ["--user", user]),
    ...(options.options ?? []),
  ];
  undo.defer(() => docker(["rm", "--force", "--volumes", name]));
  await docker([...argv, image, ...command]);
  return name;
}

/** Address of a container on one of its networks. */
export async function addressOf(container: string, network: string): Promise<string> {
  const format = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  return await docker(["inspect", "--format", format, container]);
}

/** Process on the host that is the container's first. */
export async function pidOf(container: string): Promise<string> {
  return await docker(["inspect", "--format", "{{.State.Pid}}", container]);
}
