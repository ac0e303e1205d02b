import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import type { Bottle, ExecRequest } from "../../../src/bottle/bottle.ts";
import type { GitIdentity } from "../../../src/bottle/plan-parts.ts";
import { provisionGit } from "../../../src/provision/git.ts";
import { changed, fullPlan, minimalPlan } from "../../support/plans.ts";
import { tempDir } from "../../support/temp-home.ts";

/** Runs the step's own script with this machine's git, on a file of its own. @returns the settings that it left */
async function settingsOf(gitIdentity: GitIdentity, withGate = false, before = ""): Promise<string[]> {
  const { plan } = await (withGate ? fullPlan() : minimalPlan());
  const file = join(tempDir(), ".gitconfig");
  writeFileSync(file, before);
  const bottle = {
    plan: changed(plan, { spec: { ...plan.spec, gitIdentity } }),
    exec: async ({ argv, env }: ExecRequest) => {
      const [program = "", ...args] = argv;
      execFileSync(program, args, { env: { ...env, GIT_CONFIG_GLOBAL: file }, stdio: "ignore" });
      return { exitCode: 0, stdout: "", stderr: "" };
    },
  } as unknown as Bottle;
  await provisionGit(bottle.plan, bottle);
  const list = execFileSync("git", ["config", "--file", file, "--list", "-z"], { encoding: "utf8" });
  expect(readFileSync(file, "utf8")).not.toBe("");
  return list.split("\0").slice(0, -1);
}

const from = "bottle base";

describe("provisionGit", () => {
  it("asks the guest for nothing when there is nothing to set", async () => {
    const { plan } = await minimalPlan();
    const exec = jest.fn<Bottle["exec"]>();
    await provisionGit(plan, { plan, exec } as unknown as Bottle);
    expect(exec).not.toHaveBeenCalled();
  });

  it("sets what is there, whatever words it holds", async () => {
    const name = { value: "--unset-all $(id) \"; '", from };
    expect(await settingsOf({ name })).toEqual([`user.name\n${name.value}`]);
    const email = { value: "jane@example.com", from };
    expect(await settingsOf({ email })).toEqual(["user.email\njane@example.com"]);
  });

  it("sends the declared URL of a repository to the gate", async () => {
    expect(await settingsOf({}, true)).toEqual([
      "url.http://git-gate:9420/app.git.insteadof\nssh://git@git.example.com:2222/app.git",
    ]);
  });

  it("replaces what an image has set, were it several times", async () => {
    const before = "[user]\n\tname = image\n\tname = again\n";
    expect(await settingsOf({ name: { value: "Jane", from } }, false, before)).toEqual(["user.name\nJane"]);
  });
});
