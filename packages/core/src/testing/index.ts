export { FakeBackend, type FakeOptions, FakePlan } from "./fake-backend.ts";
export { fakeHost, fakeProviders } from "./fake-host.ts";
export { FakeProvider } from "./fake-provider.ts";
export { fakeSidecar } from "./fake-sidecar.ts";
export { samplePlan } from "./sample-plan.ts";
export { sampleSpec } from "./sample-spec.ts";
