import assert from "node:assert/strict";
import type { BottleBackend } from "../backend/backend.ts";
import type { BackendCapability } from "../backend/capabilities.ts";
import type { BottlePlan } from "../bottle/plan.ts";
import type { BottleSpec } from "../bottle/spec.ts";
import { FakeBackend } from "./fake-backend.ts";
import { withSampleHome } from "./sample-home.ts";
import { fullSpec, minimalSpec, networkSpec, sampleSpec } from "./sample-spec.ts";

/** What a case asks of a backend: no runtime. */
export type PreparingBackend = Pick<BottleBackend, "name" | "capabilities" | "prepare">;

/** One test of a contract, as data: any test runner runs it. */
export interface BackendCase {
  readonly id: string;
  readonly title: string;
  /** a backend without it must refuse what the case asks for */
  readonly requires?: BackendCapability;
  /** @throws AssertionError */
  readonly run: (backend: PreparingBackend) => Promise<void>;
}

function printed(plan: BottlePlan): string[] {
  const lines: string[] = [];
  plan.print((line) => lines.push(line));
  return lines;
}

/** The plan as data, but for what must differ. */
function comparable(plan: BottlePlan): object {
  return { ...plan.toJSON(), slug: "", backend: "" };
}

async function compare(backend: PreparingBackend, specFor: (cwd: string) => BottleSpec, requires?: BackendCapability) {
  await withSampleHome(async (host, cwd) => {
    const spec = specFor(cwd);
    if (requires !== undefined && !backend.capabilities[requires]) {
      await assert.rejects(backend.prepare(spec, host), { code: "BB_BACKEND_CAPABILITY" });
      return;
    }
    const [reference, plan] = [await new FakeBackend().prepare(spec, host), await backend.prepare(spec, host)];
    assert.deepEqual(printed(plan), printed(reference));
    assert.deepEqual(comparable(plan), comparable(reference));
    assert.equal(plan.toJSON().backend, backend.name);
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), JSON.parse(JSON.stringify(plan.toJSON())));
  });
}

const parityCase = (
  id: string,
  title: string,
  specFor: (cwd: string) => BottleSpec,
  requires?: BackendCapability,
): BackendCase => ({
  id: `print-parity.${id}`,
  title,
  ...(requires === undefined ? {} : { requires }),
  run: (backend) => compare(backend, specFor, requires),
});

/** Every backend asks the same question for the same manifest, byte for byte, and answers a dry run the same. */
export const printParity: readonly BackendCase[] = [
  parityCase("minimal", "a plan that asks for nothing", () => minimalSpec),
  parityCase("sample", "a plan of every day", () => sampleSpec),
  parityCase("full", "a plan with every row", fullSpec),
  parityCase("network", "a plan with an engine network as its way out", networkSpec, "upstreamNetwork"),
];
