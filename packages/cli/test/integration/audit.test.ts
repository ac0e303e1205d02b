import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createHash } from "node:crypto";
import type { AuditRecord, TrailReport } from "@bot-bottle/core";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { describeWithEngine, docker, Undo } from "../support/engine.ts";
import { Installation } from "../support/installation.ts";
import { until } from "../support/process.ts";
import { type RunningBottle, startBottle } from "../support/running-bottle.ts";

const FLOOD = 10_000;
/** hosts among the flood, so that it cannot be folded into one */
const FLOOD_HOSTS = 2_000;

/** Asks the proxy for URLs, many on each of some connections, and waits for every answer. Runs as `node --eval`. */
const ASK = String.raw`
const http = require("node:http");
const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });
const [hosts, count] = process.argv.slice(1);
const names = hosts.startsWith("*") ? Number(hosts.slice(1)) : 0;
const ask = (n) => new Promise((resolve, reject) => {
  const host = names ? "h" + (n % names) + ".flood.test" : hosts;
  http.get({ host: "egress", port: 9099, agent, path: "http://" + host + "/" + n, headers: { host } }, (answer) => {
    answer.resume().on("end", () => resolve(answer.statusCode));
  }).on("error", reject);
});
(async () => {
  const found = new Set();
  for (let n = 0; n < Number(count); n += 500) {
    const batch = Array.from({ length: Math.min(500, Number(count) - n) }, (_, index) => ask(n + index));
    for (const status of await Promise.all(batch)) found.add(status);
  }
  console.log([...found].join());
  process.exit();
})().catch((error) => { console.error(error); process.exit(1); });
`;

const undo = new Undo();
let installation: Installation;
let bottle: RunningBottle;
let records: readonly AuditRecord[];
let trail: string;
/** statuses of what was asked, and how the command ended */
const seen: unknown[] = [];

/** @returns the statuses that were seen */
async function ask(hosts: string, count = 1): Promise<string> {
  return await docker(["exec", "--user", "node", bottle.agent, "node", "--eval", ASK, hosts, String(count)]);
}

async function verify(): Promise<{ readonly exitCode: number | undefined; readonly report: TrailReport }> {
  const { exitCode, stdout } = await installation.run(["logs", bottle.slug, "--verify", "--json"]);
  return { exitCode, report: JSON.parse(stdout) as TrailReport };
}

/** Every refusal of a host, those that were only counted included. */
function refusalsOf(matches: (host: string) => boolean): number {
  return records.reduce((sum, record) => {
    if (record.type === "refusal") return matches(record.host) ? sum + 1 : sum;
    return record.type === "refusals" && matches(record.host) ? sum + record.count : sum;
  }, 0);
}

describeWithEngine("the audit trail", () => {
  beforeAll(async () => {
    installation = await Installation.make({ CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-audit-0123456789" });
    undo.defer(() => installation.remove());
    await installation.write(
      "audited",
      `agent_provider: { template: claude, dockerfile: ${installation.stubDockerfile} }`,
    );
    bottle = await startBottle(installation, "audited");
    undo.defer(() => bottle.stop("SIGTERM"));
    seen.push(await ask("evidence.test"));
    await docker(["kill", "--signal", "KILL", bottle.sidecar]);
    await until("the sidecar's return", async () => await ask("after-the-crash.test").catch(() => undefined));
    seen.push(await ask("flood.test", FLOOD / 2), await ask(`*${FLOOD_HOSTS}`, FLOOD / 2));
    seen.push((await bottle.end()).exitCode);
    records = await installation.records(bottle.slug);
    trail = join(installation.home, "audit", `${bottle.slug}.jsonl`);
  });
  afterAll(() => undo.run());

  it("is whole after a normal end", async () => {
    expect(seen).toEqual(["403", "403", "403", 0]);
    const { exitCode, report } = await verify();
    expect([exitCode, report.issues, report.ended]).toEqual([0, [], true]);
    expect(records.at(-1)).toMatchObject({ type: "end", count: records.length - 1 });
  });

  it("carries on over a crash of the sidecar, and says so", () => {
    const types = records.map(({ type }) => type);
    expect(types.indexOf("start")).toBe(0);
    const restart = types.indexOf("restart");
    const hosts = (part: readonly AuditRecord[]): readonly string[] =>
      part.flatMap((record) => (record.type === "refusal" ? [record.host] : []));
    expect(hosts(records.slice(0, restart))).toEqual(["evidence.test"]);
    expect(hosts(records.slice(restart))).toContain("after-the-crash.test");
    expect(types.filter((type) => type === "restart" || type === "start")).toEqual(["start", "restart"]);
  });

  it(`counts ${FLOOD} denials, and keeps the one before them`, () => {
    expect(refusalsOf((host) => host === "evidence.test")).toBe(1);
    const flood = refusalsOf((host) => host.endsWith("flood.test") || host === "(other)");
    expect(flood).toBe(FLOOD);
    expect(records.length).toBeLessThan(1000);
  });

  describe("that somebody changed", () => {
    let lines: readonly string[];

    beforeAll(async () => {
      lines = (await readFile(trail, "utf8")).trimEnd().split("\n");
    });

    const swap = (all: readonly string[], at: number): readonly string[] => [
      ...all.slice(0, at),
      all[at + 1] ?? "",
      all[at] ?? "",
      ...all.slice(at + 2),
    ];
    /** A chain of its own that holds what it likes: only what was kept beside the trail tells. */
    const forgeAll = (all: readonly string[]): readonly string[] => {
      let prev = (JSON.parse(all[0] ?? "") as AuditRecord).prev;
      const kept = all.filter((line) => !line.includes("evidence.test"));
      return kept.map((line, seq) => {
        const record = JSON.parse(line) as Record<string, unknown>;
        const count = record["type"] === "end" ? { count: seq } : {};
        const forged = JSON.stringify({ ...record, ...count, seq, prev });
        prev = createHash("sha256").update(forged).digest("hex");
        return forged;
      });
    };
    const CHANGES: readonly [what: string, kind: string, change: (all: readonly string[]) => readonly string[]][] = [
      ["its tail cut", "wrong_head", (all) => all.slice(0, -5)],
      ["its end alone cut", "no_end", (all) => all.slice(0, -1)],
      ["a line forged", "forged", (all) => all.map((line) => line.replace("evidence.test", "innocent.test"))],
      ["two lines swapped", "reordered", (all) => swap(all, 1)],
      ["a line taken out", "missing", (all) => all.filter((line) => !line.includes("evidence.test"))],
      ["a line put in", "duplicate", (all) => [...all.slice(0, 2), all[1] ?? "", ...all.slice(2)]],
      [
        "another beginning",
        "wrong_genesis",
        (all) => all.map((line, at) => (at === 0 ? line.replace(/"prev":"..../, '"prev":"dead') : line)),
      ],
      ["all of it made anew", "wrong_head", forgeAll],
    ];

    it.each(CHANGES)("(%s) is not whole: %s", async (_what, kind, change) => {
      const changed = change(lines);
      expect(changed).not.toEqual(lines);
      await writeFile(trail, `${changed.join("\n")}\n`);
      const { exitCode, report } = await verify();
      await writeFile(trail, `${lines.join("\n")}\n`);
      expect(exitCode).toBe(1);
      expect(report.issues.map((issue) => issue.kind)).toContain(kind);
      expect((await verify()).exitCode).toBe(0);
    });
  });
});
