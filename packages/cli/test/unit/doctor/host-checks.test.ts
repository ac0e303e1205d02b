import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { hostChecks } from "../../../src/doctor/host-checks.ts";
import { testContext } from "../support/context.ts";

describe("hostChecks", () => {
  it("looks at Node and at the home, and tells a missing home from an unusable one", async () => {
    using context = testContext();
    const home = async () => (await hostChecks(context)).find(({ id }) => id === "host.home");
    expect((await hostChecks(context))[0]).toMatchObject({ id: "host.node", status: "pass", fix: undefined });
    expect(await home()).toMatchObject({ status: "skip", fix: expect.stringContaining("init") });
    mkdirSync(context.home.root, { mode: 0o700 });
    expect(await home()).toMatchObject({ status: "pass" });
    chmodSync(context.home.root, 0o777);
    expect(await home()).toMatchObject({ status: "warn", fix: expect.stringContaining("chmod") });
    using other = testContext({ env: { BOT_BOTTLE_HOME: "/dev/null/x" } });
    writeFileSync(`${other.cwd}/x`, "");
    expect((await hostChecks(other))[1]).toMatchObject({ status: "fail", detail: expect.stringContaining("ENOTDIR") });
  });
});
