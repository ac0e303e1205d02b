import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Bottle, ExecRequest } from "../../../src/bottle/bottle.ts";
import { provisionCa } from "../../../src/provision/ca.ts";
import { GUEST_CA_BUNDLE, GUEST_CA_FILE } from "../../../src/provision/guest-environment.ts";
import { minimalPlan } from "../../support/plans.ts";
import { tempDir } from "../../support/temp-home.ts";

const FEDORA = "/etc/pki/tls/certs/ca-bundle.crt";
const PEM = "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n";

/** Root in a bottle has no capability to write where the mode forbids it; here only another user has none. */
function unprivileged(root: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  execFileSync("chown", ["-R", "65534:65534", root]);
  return { uid: 65534, gid: 65534 };
}

/** Runs the step's own script on this machine, with a folder as the guest's root. */
async function trustIn(root: string): Promise<ExecRequest> {
  const { plan } = await minimalPlan();
  let request: ExecRequest | undefined;
  const bottle = {
    plan,
    sidecar: { caCertificate: PEM },
    exec: async (asked: ExecRequest) => {
      request = asked;
      const [program = "", ...args] = asked.argv;
      const moved = args.map((arg) => (arg.startsWith("/") ? join(root, arg) : arg));
      execFileSync(program, moved, { input: PEM, env: asked.env, cwd: "/", ...unprivileged(root) });
      return { exitCode: 0, stdout: "", stderr: "" };
    },
  } as unknown as Bottle;
  await provisionCa(plan, bottle);
  if (request === undefined) throw new TypeError("nothing was run");
  return request;
}

function bundle(root: string, path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
}
const read = (root: string, path: string): string => readFileSync(join(root, path), "utf8");

describe("provisionCa", () => {
  it("runs as root and brings the certificate by stdin only", async () => {
    const request = await trustIn(tempDir());
    expect(request).toMatchObject({ user: "root", cwd: "/", stdin: PEM });
    expect(request.argv.join(" ")).not.toContain("CERTIFICATE");
  });

  it("leaves the certificate where update-ca-certificates looks for it, readable for all", async () => {
    const root = tempDir();
    await trustIn(root);
    expect(read(root, GUEST_CA_FILE)).toBe(PEM);
    expect(statSync(join(root, GUEST_CA_FILE)).mode & 0o777).toBe(0o644);
  });

  it.each(["old\n", "old without a line end"])("adds it to a bundle that holds %j", async (text) => {
    const root = tempDir();
    bundle(root, GUEST_CA_BUNDLE, text);
    await trustIn(root);
    expect(read(root, GUEST_CA_BUNDLE)).toBe(`${text}\n${PEM}`);
  });

  it("makes a bundle where there is none", async () => {
    const root = tempDir();
    await trustIn(root);
    expect(read(root, GUEST_CA_BUNDLE)).toBe(PEM);
    expect(existsSync(join(root, FEDORA))).toBe(false);
  });

  it("knows other systems' bundles, and writes to one that its owner may only read", async () => {
    const root = tempDir();
    bundle(root, FEDORA, "fedora\n", 0o444);
    await trustIn(root);
    expect(read(root, FEDORA)).toBe(`fedora\n\n${PEM}`);
    expect(read(root, GUEST_CA_BUNDLE)).toBe(PEM);
  });

  it("fails where nothing can be written", async () => {
    const root = tempDir();
    writeFileSync(join(root, "usr"), "");
    await expect(trustIn(root)).rejects.toThrow();
  });
});
