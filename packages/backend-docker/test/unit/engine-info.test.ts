import { describe, expect, it } from "@jest/globals";
import { parseInfo } from "../../src/engine-info.ts";

describe("parseInfo", () => {
  it("knows an engine without docker-init by the commit that it could not ask for", () => {
    expect(parseInfo({ InitBinary: "docker-init", InitCommit: { ID: "de40ad0" } }).hasInit).toBe(true);
    expect(parseInfo({ InitBinary: "docker-init", InitCommit: { ID: "" } }).hasInit).toBe(true);
    expect(parseInfo({ InitBinary: "docker-init", InitCommit: { ID: "N/A" } }).hasInit).toBe(false);
    expect(parseInfo({}).hasInit).toBe(false);
  });

  it("tries a disk limit only where a driver may know it", () => {
    const overlay = (backing: string): boolean =>
      parseInfo({ Driver: "overlay2", DriverStatus: [["Backing Filesystem", backing]] }).mayLimitDisk;
    expect(overlay("xfs")).toBe(true);
    expect(overlay("extfs")).toBe(false);
    expect(parseInfo({ Driver: "btrfs" }).mayLimitDisk).toBe(true);
    expect(parseInfo({ Driver: "vfs", DriverStatus: null }).mayLimitDisk).toBe(false);
  });
});
