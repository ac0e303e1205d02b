import { Console } from "node:console";
import { PassThrough } from "node:stream";
import { format, inspect } from "node:util";
import { serialize } from "node:v8";
import { describe, expect, it } from "@jest/globals";
import { Secret } from "../../../src/secret/secret.ts";

const VALUE = "tok-3f9a1c7e5b";

function consoleOutput(...values: unknown[]): string {
  const sink = new PassThrough();
  const console = new Console(sink, sink);
  console.log(...values);
  console.dir(values[0], { showHidden: true, depth: null });
  console.table([values[0]]);
  return (sink.read() as Buffer).toString();
}

describe("Secret", () => {
  const secret = new Secret(VALUE);

  it("gives the value only when asked for it", () => {
    expect(secret.reveal()).toBe(VALUE);
  });

  it.each<[string, () => unknown]>([
    ["String()", () => String(secret)],
    ["a template", () => `Bearer ${String(secret)} ${secret as unknown as string}`],
    ["concatenation", () => "Bearer " + (secret as unknown as string)],
    ["JSON", () => JSON.stringify({ nested: [secret] })],
    ["inspect", () => inspect({ nested: { deep: secret } }, { depth: null, showHidden: true })],
    ["inspect without custom functions", () => inspect(secret, { customInspect: false, showHidden: true })],
    ["format", () => format("%s %o %O %j %d", secret, secret, secret, secret, secret)],
    ["console", () => consoleOutput(secret, { secret })],
    ["structuredClone", () => inspect(structuredClone(secret), { showHidden: true })],
    ["v8.serialize", () => serialize(secret).toString("latin1")],
    ["the cause of an error", () => inspect(new Error("failed", { cause: secret }))],
    ["its own keys", () => inspect([Reflect.ownKeys(secret), Object.entries(secret), Object.assign({}, secret)])],
    ["a jest failure", () => failureOf(secret)],
  ])("is not shown by %s", (_title, show) => {
    expect(String(show())).not.toContain(VALUE);
    expect(String(show())).not.toContain(VALUE.slice(4));
  });

  it("says that it is one where text is expected", () => {
    expect([String(secret), JSON.stringify(secret), inspect(secret)]).toEqual(["[secret]", '"[secret]"', "[secret]"]);
  });
});

function failureOf(secret: Secret): string {
  try {
    expect({ secret }).toEqual({ secret: "other" });
    return "";
  } catch (error) {
    return inspect(error);
  }
}
