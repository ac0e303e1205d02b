import { describe, expect, it } from "@jest/globals";
import { checkInstance, checkPlugin } from "../../../src/plugins/check-plugin.ts";
import { FakeBackend } from "../../../src/testing/fake-backend.ts";
import { FakeProvider } from "../../../src/testing/fake-provider.ts";

const provider = { kind: "provider", name: "fake" } as const;
const backend = { kind: "backend", name: "fake" } as const;

/** An instance as a plugin with another copy of core would make it: the same members, no common class. */
function lookalike(instance: object, changes: Record<string, unknown> = {}): object {
  const members: Record<string, unknown> = {};
  for (let at: object = instance; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) members[key] ??= value;
  }
  return { ...members, ...changes };
}

describe("checkPlugin", () => {
  it("takes a default export that fits its metadata", () => {
    expect(checkPlugin({ ...provider, create: () => undefined }, provider)).toBeUndefined();
  });

  it.each([
    [undefined, "its entry has no default export; use definePlugin()"],
    [null, "its entry has no default export; use definePlugin()"],
    ["x", "its entry has no default export; use definePlugin()"],
    [{ ...backend, create: () => undefined }, "its code is not a provider"],
    [{ ...provider, name: "other", create: () => undefined }, "its code says another name than its package.json"],
    [{ ...provider }, "its default export has no create()"],
    [{ ...provider, create: {} }, "its default export has no create()"],
  ])("says of %p what is wrong", (exported, problem) => {
    expect(checkPlugin(exported, provider)).toBe(problem);
  });
});

describe("checkInstance", () => {
  it("takes what keeps the contract, whatever its class", () => {
    expect(checkInstance(new FakeProvider(), provider)).toBeUndefined();
    expect(checkInstance(new FakeBackend(), backend)).toBeUndefined();
    expect(checkInstance(lookalike(new FakeProvider()), provider)).toBeUndefined();
    expect(checkInstance(lookalike(new FakeBackend()), backend)).toBeUndefined();
  });

  it.each([undefined, null, "provider", 7])("does not take %p for an instance", (instance) => {
    expect(checkInstance(instance, provider)).toBe("its create() made no provider");
  });

  it("knows a promise for what it is", () => {
    expect(checkInstance(Promise.resolve(new FakeProvider()), provider)).toBe("its create() returns a promise");
  });

  it.each([
    ["image", { image: undefined }],
    ["provisionGit", { provisionGit: "x" }],
    ["command", { command: null }],
  ])("misses the method %s of a provider", (method, changes) => {
    expect(checkInstance(lookalike(new FakeProvider(), changes), provider)).toBe(`it lacks the method ${method}()`);
  });

  it.each(["prepare", "launch", "cleanup", "isAvailable"])("misses the method %s of a backend", (method) => {
    const instance = lookalike(new FakeBackend(), { [method]: undefined });
    expect(checkInstance(instance, backend)).toBe(`it lacks the method ${method}()`);
  });

  it.each([
    [{ name: "other" }, "its instance says another name than its package.json"],
    [{ guestUser: "root" }, "its guestUser is no user but root"],
    [{ guestUser: "" }, "its guestUser is no user but root"],
    [{ guestUser: 1000 }, "its guestUser is no user but root"],
    [{ guestHome: "home" }, "its guestHome is not an absolute path"],
    [{ guestHome: "/" }, "its guestHome is not an absolute path"],
    [{ guestSkillsDir: ".skills" }, "its guestSkillsDir is not an absolute path"],
    [{ hostSkillsDir: undefined }, "its hostSkillsDir is not a path"],
  ])("refuses a provider with %p", (changes, problem) => {
    expect(checkInstance(lookalike(new FakeProvider(), changes), provider)).toBe(problem);
  });

  it("wants every capability of a backend said, one way or the other", () => {
    for (const gvisor of [undefined, "yes"]) {
      const capabilities = { ...new FakeBackend().capabilities, gvisor };
      expect(checkInstance(lookalike(new FakeBackend(), { capabilities }), backend)).toBe(
        "it does not say whether it has the capability gvisor",
      );
    }
    expect(checkInstance(lookalike(new FakeBackend(), { capabilities: undefined }), backend)).toContain("capability");
  });
});
