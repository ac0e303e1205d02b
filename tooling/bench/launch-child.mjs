/** One launch in a fresh process, as `bot-bottle start` does it; prints what each part took. */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../run/root.mjs";

const fromCli = createRequire(join(root, "packages/cli/package.json"));
const load = (name) => import(pathToFileURL(fromCli.resolve(name)).href);

const core = await load("@bot-bottle/core");
const { FakeProvider, fakeProviders, sampleSpec } = await load("@bot-bottle/core/testing");
const { default: docker } = await load("@bot-bottle/backend-docker");
const { mintAuthority, sidecarImage } = await load("@bot-bottle/sidecar");

const home = mkdtempSync(join(tmpdir(), "bot-bottle-bench-"));
const providers = fakeProviders(
  new FakeProvider({ contextDir: join(root, "packages/cli/image/probe"), dockerfile: "Dockerfile", buildArgs: {} }),
);
const host = {
  home: core.homePaths(join(home, "bot-bottle")),
  userHome: home,
  env: { REGISTRY_TOKEN: "bench-token-value" },
  providers,
  warn: () => undefined,
  owner: "b".repeat(32),
  sidecarImage: sidecarImage(),
  version: "0.0.0",
  networkPool: "10.203.0.0/16",
  mintAuthority,
  resolveSecret: async () => new core.Secret("bench-token-value"),
};
try {
  const backend = docker.create({ core, env: process.env, packageDir: root });
  const plan = await backend.prepare({ ...sampleSpec, resources: {}, gitIdentity: {} }, host);
  await backend.preload(); // while the human reads the question
  const steps = {};
  const reporter = { report: (event) => void (event.type === "step-done" && (steps[event.step] = event.durationMs)) };

  const consent = performance.now();
  const bottle = await backend.launch(plan, { host, reporter });
  await bottle.exec({ argv: ["true"] });
  const ready = performance.now();
  const sidecar = await backend.openSidecar(plan.slug);
  const { rssBytes } = await sidecar.call("health", {});
  sidecar.close();
  const leaving = performance.now();
  await bottle.destroy();
  const gone = performance.now();
  process.stdout.write(JSON.stringify({ startMs: ready - consent, teardownMs: gone - leaving, rssBytes, steps }));
} finally {
  rmSync(home, { recursive: true, force: true });
}
process.exit(0);
