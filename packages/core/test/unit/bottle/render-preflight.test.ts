import { describe, expect, it } from "@jest/globals";
import type { BottlePlanInit } from "../../../src/bottle/plan.ts";
import { renderPreflight } from "../../../src/bottle/render-preflight.ts";
import { FakePlan } from "../../../src/testing/fake-backend.ts";
import { changed, fullPlan, minimalPlan } from "../../support/plans.ts";

const MINIMAL = `

  agent         reviewer
  provider      fake
  env           FAKE_MODE
  skills        none
  bottle        base
  git identity  none
  git gate      none
  egress        api.fake.example
`;

const FULL = `

  agent         reviewer  (from this repository)
  provider      fake
                API key from env:FAKE_TOKEN
  env           EDITOR
                FAKE_MODE
                LANG
  skills        lint
                release
  bottle        base
                sample
  git identity  Sample User  (bottle base)
                sample@example.com  (agent reviewer)
  git gate      app → git.example.com:2222
  egress        api.fake.example
                registry.example.com [auth:Bearer]
                packages.example.com [auth:x-api-key]
                *.storage.example.com [auth:token]
                intranet.example.com:8443
                mirror.example.com:80
  workspace     <root>/project → /home/node/workspace  (4 files, 2 that look like secrets)
  risks         *.storage.example.com: every host under it receives the credential
                intranet.example.com: the agent's own credentials pass
                intranet.example.com: may reach 10.1.0.0/16
                mirror.example.com:80: cleartext
                http://proxy.example.com:3128: resolves upstream names itself, the checked address does not hold past it
                workspace has files that look like secrets: .env, deploy/id_ed25519
`;

const textOf = (plan: FakePlan): string => `\n${renderPreflight(plan).join("\n")}`;

describe("renderPreflight", () => {
  it("shows a plan that asks for nothing", async () => {
    expect(textOf((await minimalPlan()).plan)).toBe(MINIMAL);
  });

  it("counts one file as one", async () => {
    const { plan } = await fullPlan();
    const one = changed(plan, { workspace: { ...plan.workspace, fileCount: 1, suspicious: [] } });
    expect(textOf(one)).toMatch(/workspace .* \(1 file\)\n/);
  });

  it("shows every row of a plan that has everything", async () => {
    const { plan, root } = await fullPlan();
    const withNote = changed(plan, {
      agentProvision: { ...plan.agentProvision, notes: ["API key from env:FAKE_TOKEN"] },
    });
    expect(textOf(withNote).replaceAll(root, "<root>")).toBe(FULL);
  });

  it("names an engine network among the risks", async () => {
    const { plan } = await fullPlan();
    const egressPlan = { ...plan.egressPlan, upstream: { caCertificates: [], network: "corp" } };
    expect(textOf(changed(plan, { egressPlan }))).toContain(`engine network "corp" is the sidecar's way out\n`);
  });

  it("is what print writes, line by line", async () => {
    const { plan } = await fullPlan();
    const lines: string[] = [];
    plan.print((line) => lines.push(line));
    expect(lines).toEqual(renderPreflight(plan));
  });

  it("holds names of variables and references of secrets, never a value", async () => {
    const text = textOf((await fullPlan()).plan);
    expect(text).not.toMatch(/C\.UTF-8|registry-token-value|placeholder|Proxy password/);
  });
});

/** A copy of plain data in which every text is followed by the hostile one. */
function poisoned(value: unknown, poison: string): unknown {
  if (typeof value === "string") return `${value}${poison}`;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, poison));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, poisoned(item, poison)]));
}

/** Texts that a program compares, and that hold no words of anybody. */
function withWords({ init }: FakePlan, poison: string): FakePlan {
  const spoiled = poisoned(init, poison) as BottlePlanInit;
  const { spec, workspace, agentProvision } = spoiled;
  return new FakePlan({
    ...spoiled,
    agentProvision: {
      ...agentProvision,
      guestEnv: { [`FAKE${poison}`]: "x" },
      notes: [`note${poison}`],
    },
    workspace: { ...workspace, mode: "copy" },
    spec: {
      ...spec,
      agent: { ...spec.agent, origin: "repository" },
      env: { [`NAME${poison}`]: { kind: "literal", value: "x", from: "x" } },
    },
  });
}

describe("renderPreflight of hostile text", () => {
  const POISONS = [
    ["an escape sequence", "\u001b[2J\u001b]52;c;eA==\u0007"],
    ["8-bit controls", "\u009b2J\u0090q\u009c"],
    ["line ends", "\r\n  egress        none\u2028\u0085\u000b"],
    ["an override of direction", "\u202e\u2066\u200f"],
    ["invisible characters", "\u200b\u00ad\u{e0041}\ufeff\u3164"],
    ["lone surrogates", "\ud800"],
  ] as const;

  it.each(POISONS)("keeps %s in any value from the terminal", async (_title, poison) => {
    const { plan } = await fullPlan();
    const clean = renderPreflight(plan);
    const lines = renderPreflight(withWords(plan, poison));
    expect(lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164]/u);
    // The same rows, with every value marked; the lists of variables are our own here.
    const rows = (of: readonly string[]): string[] =>
      of.filter((line) => /^ {2}\S/.test(line)).map((line) => line.slice(0, 16));
    expect(rows(lines)).toEqual(rows(clean));
    const marked = lines.filter((line) => line.includes("\\u{"));
    expect(marked).toHaveLength(lines.length - 2);
  });

  it("does not let an identity of a repository look like other rows", async () => {
    const { plan } = await fullPlan();
    const value = `Jane${" ".repeat(60)}  egress        none${"!".repeat(5000)}`;
    const gitIdentity = { name: { value, from: "agent reviewer" } };
    const lines = renderPreflight(changed(plan, { spec: { ...plan.spec, gitIdentity } }));
    const row = lines.find((line) => line.includes("git identity")) ?? "";
    expect(row).toMatch(/^ {2}git identity {2}Jane egress none!+… \(\d+ characters\) {2}\(agent reviewer\)$/);
    expect(row.length).toBeLessThan(200);
  });
});
