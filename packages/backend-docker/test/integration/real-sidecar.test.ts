import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Bottle } from "@bot-bottle/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { makeCertificates } from "../support/certificates.ts";
import { describeWithEngine, docker, runIn } from "../support/engine.ts";
import { type Fixture, makeFixture, SECRET_VALUE } from "../support/fixture.ts";

// What the sidecar's own build makes; this package knows it as a folder only.
const CONTEXT = join(import.meta.dirname, "../../../sidecar/dist/image");
const suite = existsSync(join(CONTEXT, "sidecar.mjs")) ? describe : describe.skip;

describeWithEngine("with the real sidecar", () => {
  suite(`built in ${CONTEXT}`, () => {
    let fixture: Fixture;
    let bottle: Bottle;
    let dir: string;

    /** What the agent gets from the proxy for a plain request; empty while nothing listens. */
    const ask = async (host: string): Promise<string> => {
      const script = `
        const q = require("http").get({ host: "egress", port: 9099, path: "http://${host}/", headers: { host: "${host}" } });
        q.on("response", (r) => { let b = ""; r.on("data", (d) => (b += d)).on("end", () => console.log(r.statusCode, b)); });
        q.on("error", () => undefined);`;
      return (await bottle.exec({ argv: ["node", "-e", script] })).stdout;
    };

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), "bb-ca-"));
      makeCertificates(dir);
      const [certificate, privateKey] = await Promise.all(
        ["ca.pem", "ca-key.pem"].map((name) => readFile(join(dir, name), "utf8")),
      );
      fixture = await makeFixture({
        sidecarContext: CONTEXT,
        host: { mintAuthority: async () => ({ certificate: certificate ?? "", privateKey: privateKey ?? "" }) },
      });
      bottle = await fixture.launch();
    });
    afterAll(async () => {
      await bottle.destroy();
      await fixture.sweep();
      await fixture.dispose();
      await rm(dir, { recursive: true });
    });

    it("answers declared names with itself, and refuses undeclared hosts", async () => {
      const { dns } = bottle.sidecar.endpoints;
      const names = ["getent hosts docs.example.com", `getent hosts ${randomBytes(6).toString("hex")}.example.org`];
      const { stdout } = await bottle.exec({ argv: ["/bin/sh", "-c", names.join("; ")] });
      expect(stdout).toMatch(new RegExp(`^${dns}\\s+docs.example.com\\n$`));
      expect(await ask("elsewhere.example.org")).toMatch(/^403 .*"error"/);
    });

    it("is trusted by the agent's machine", async () => {
      const { stdout } = await bottle.exec({ argv: ["/bin/sh", "-c", 'cat "$NODE_EXTRA_CA_CERTS"'] });
      expect(stdout).toBe(bottle.sidecar.caCertificate);
      const { exitCode } = await bottle.exec({
        argv: ["/bin/sh", "-c", 'tail -n 3 "$NODE_EXTRA_CA_CERTS" | head -n 1 | grep -qF -f - "$SSL_CERT_FILE"'],
      });
      expect(exitCode).toBe(0);
    });

    it("holds the secret in memory only", async () => {
      const name = `bot-bottle-${bottle.plan.slug}-sidecar`;
      expect(JSON.stringify(await docker.getContainer(name).inspect())).not.toContain(SECRET_VALUE);
      // Read first, searched then: the search has the value among its own arguments.
      const read = `seen=$(cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n')`;
      const grep = `${read}; printf '%s' "$seen" | grep -cF '${SECRET_VALUE.slice(0, 8)}'"${SECRET_VALUE.slice(8)}"`;
      const found = await runIn(
        name,
        [
          "/bin/sh",
          "-c",
          `cd /; ${grep}; grep -rlF "$(printf '%s%s' '${SECRET_VALUE.slice(0, 8)}' '${SECRET_VALUE.slice(8)}')" /run /tmp /etc`,
        ],
        "10001",
      );
      expect(found.split(/\r?\n/)[0]).toBe("0");
      expect(found).not.toContain("/run");
    });

    it("comes back closed when it dies, and works again", async () => {
      const name = `bot-bottle-${bottle.plan.slug}-sidecar`;
      await docker.getContainer(name).kill();
      let answer = "";
      for (let tries = 0; tries < 100 && answer === ""; tries++) {
        answer = await ask("elsewhere.example.org");
        await delay(50);
      }
      expect(answer).toMatch(/^403 /);
      expect(fixture.events).toContainEqual({ type: "warning", message: expect.stringContaining("Bringing it back") });
    });

    it("ends its audit trail before it is removed", async () => {
      await bottle.destroy();
      const trail = await readFile(fixture.host.home.audit(bottle.plan.slug), "utf8");
      const lines = trail.trim().split("\n");
      expect(lines.some((line) => line.includes("elsewhere.example.org"))).toBe(true);
      expect(lines.at(-1)).toContain('"end"');
      expect(trail).not.toContain(SECRET_VALUE);
    });
  });
});
