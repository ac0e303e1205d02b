import { describe, expect, it } from "@jest/globals";
import type { Bottle, TreeEntry } from "../../../src/bottle/bottle.ts";
import type { AgentProvisionPlan } from "../../../src/bottle/plan-parts.ts";
import { provisionAgent } from "../../../src/provision/agent.ts";
import { recorder } from "../../support/events.ts";
import { changed, minimalPlan } from "../../support/plans.ts";

async function run(
  changes: Partial<AgentProvisionPlan>,
  exec: Bottle["exec"] = async () => ({ exitCode: 0, stdout: "", stderr: "" }),
) {
  const { plan } = await minimalPlan();
  const agentProvision = { ...plan.agentProvision, dirs: [], files: [], ...changes };
  const copies: { entries: TreeEntry[]; dir: string }[] = [];
  const reporter = recorder();
  const bottle = {
    plan: changed(plan, { agentProvision }),
    reporter,
    exec,
    copyIn: async (entries: Iterable<TreeEntry>, dir: string) => {
      copies.push({ entries: [...entries], dir });
    },
  } as unknown as Bottle;
  await provisionAgent(bottle.plan, bottle);
  return { copies, reporter };
}

describe("provisionAgent", () => {
  it("copies folders before what they hold, each once, below the agent's home", async () => {
    const { copies } = await run({
      dirs: ["/home/node/.fake/cache", "/home/node/.fake"],
      files: [
        { path: "/home/node/.fake/a/b/config.json", content: "{}", mode: 0o600 },
        { path: "/home/node/.fake.json", content: "[]", mode: 0o644 },
      ],
    });
    const folder = (path: string) => ({ path, type: "directory", mode: 0o755 });
    expect(copies).toEqual([
      {
        dir: "/home/node",
        entries: [
          folder(".fake"),
          folder(".fake/cache"),
          folder(".fake/a"),
          folder(".fake/a/b"),
          { path: ".fake/a/b/config.json", type: "file", content: "{}", mode: 0o600 },
          { path: ".fake.json", type: "file", content: "[]", mode: 0o644 },
        ],
      },
    ]);
  });

  it("copies nothing when there is nothing", async () => {
    expect((await run({})).copies).toEqual([]);
  });

  it.each(["/etc/fake.conf", "/home/nodejs/x", "/home/node", ".fake", "/home/node2/.fake"])(
    "takes %s, which is not below the home, for a mistake of the provider's author",
    async (path) => {
      await expect(run({ files: [{ path, content: "", mode: 0o600 }] })).rejects.toThrow(TypeError);
      await expect(run({ dirs: [path] })).rejects.toThrow(TypeError);
    },
  );

  it("shows the words of an optional command that failed on one line, whatever they hold", async () => {
    const argv = ["fake", "add", "a b", "x\n\u001b[2J", "$HOME"];
    const { reporter } = await run({ commands: [{ title: "Adding", argv, optional: true }] }, () =>
      Promise.reject(new Error("engine\u0007 gone")),
    );
    expect(reporter.warnings).toEqual([
      "engine\\u{7} gone To try it by hand: fake add 'a b' 'x\\u{a}\\u{1b}[2J' '$HOME'",
    ]);
  });
});
