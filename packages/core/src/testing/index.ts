export { FakeBackend, type FakeOptions, FakePlan } from "./fake-backend.ts";
export {
  FAKE_THINGS,
  type FakeExec,
  type FakeFile,
  FakeMachine,
  type FakeOperation,
  type FakeThing,
} from "./fake-machine.ts";
export { fakeHost, fakeProviders } from "./fake-host.ts";
export { FakeProvider } from "./fake-provider.ts";
export { type FakeCall, FakeSidecar } from "./fake-sidecar.ts";
export { samplePlan } from "./sample-plan.ts";
export { sampleSpec } from "./sample-spec.ts";
export { type WallAttack, WALL_ATTACKS } from "../wall/attacks.ts";
export { type AttackGround, type AttackResult, runAttack } from "../wall/run-attack.ts";
export { type WallTargets } from "../wall/targets.ts";
