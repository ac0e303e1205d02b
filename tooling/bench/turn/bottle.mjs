/** A real bottle of this process's own installation, its way out led to the stand-in. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../run/root.mjs";

const fromCli = createRequire(join(root, "packages/cli/package.json"));
const load = (name) => import(pathToFileURL(fromCli.resolve(name)).href);

const core = await load("@bot-bottle/core");
const { sampleSpec } = await load("@bot-bottle/core/testing");
const { default: docker } = await load("@bot-bottle/backend-docker");
const { mintAuthority, sidecarImage } = await load("@bot-bottle/sidecar");

const FROM = "benchmark";

function specOf({ template, apiHost }, { network, subnet }, caFile) {
  const route = {
    ...{ id: `${apiHost}:443`, host: apiHost, port: 443, scheme: "https", from: FROM },
    ...{ agentCredentials: false, matches: [], git: { fetch: false }, websocket: true },
    ...{ allowPrivate: [subnet], override: true, written: ["allowPrivate"] },
  };
  return {
    ...sampleSpec,
    agent: { ...sampleSpec.agent, prompt: "" },
    env: {},
    provider: { ...sampleSpec.provider, template },
    gitIdentity: {},
    egress: {
      logLevel: 1,
      presets: [],
      upstream: { network: { name: network, from: FROM }, caFile: { path: caFile, from: FROM } },
      routes: [route],
    },
    resources: {},
  };
}

/**
 * @param program from `programs.mjs`
 * @param defer gets what removes each thing
 * @returns the agent's container, its guest's user, and the headless command as the product runs it
 */
export async function launchBottle(program, standIn, { defer, signal, prompt }) {
  const home = mkdtempSync(join(tmpdir(), "bot-bottle-bench-"));
  defer(() => rmSync(home, { recursive: true, force: true }));
  const caFile = join(home, "stand-in.pem");
  writeFileSync(caFile, standIn.caCertificate);
  const { default: plugin } = await load(program.package);
  const provider = plugin.create({ core, env: process.env, packageDir: root });
  const host = {
    home: core.homePaths(join(home, "bot-bottle")),
    userHome: home,
    env: { [program.variable]: program.credential },
    providers: { names: [provider.name], get: async () => provider },
    warn: () => undefined,
    owner: "b".repeat(32),
    sidecarImage: sidecarImage(),
    version: "0.0.0",
    networkPool: "10.203.0.0/16",
    mintAuthority,
    resolveSecret: async () => new core.Secret(program.credential),
  };
  const backend = docker.create({ core, env: process.env, packageDir: root });
  const plan = await backend.prepare(specOf(program, standIn, caFile), host);
  const bottle = await backend.launch(plan, { host, signal });
  defer(() => bottle.destroy());
  return {
    container: bottle.plan.agentName,
    user: bottle.plan.guestUser,
    home: bottle.plan.guestHome,
    cwd: bottle.plan.workspace.guestPath,
    env: core.agentEnvironment(bottle.plan, {}),
    argv: provider.command(bottle.plan, { kind: "headless", prompt }),
    proxy: { host: core.SIDECAR_HOSTS.egress, port: core.SIDECAR_PORTS.egress },
    trust: { file: core.GUEST_CA_FILE, bundle: core.GUEST_CA_BUNDLE },
  };
}
