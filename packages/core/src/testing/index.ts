export { FakeBackend, type FakeOptions, FakePlan } from "./fake-backend.ts";
export { fakeHost, fakeProviders } from "./fake-host.ts";
export {
  FAKE_THINGS,
  type FakeExec,
  type FakeFile,
  FakeMachine,
  type FakeOperation,
  type FakeThing,
} from "./fake-machine.ts";
export { FakeProvider } from "./fake-provider.ts";
export { type FakeCall, FakeSidecar } from "./fake-sidecar.ts";
export { type BackendCase, type PreparingBackend, printParity } from "./print-parity.ts";
export { type JudgedProvider, type ProviderCase, providerConformance } from "./provider-conformance.ts";
export { withSampleHome } from "./sample-home.ts";
export { samplePlan } from "./sample-plan.ts";
export { fullSpec, minimalSpec, networkSpec, sampleSpec } from "./sample-spec.ts";
export { type WallAttack, WALL_ATTACKS } from "../wall/attacks.ts";
export { type AttackGround, type AttackResult, runAttack } from "../wall/run-attack.ts";
export { type WallTargets } from "../wall/targets.ts";
