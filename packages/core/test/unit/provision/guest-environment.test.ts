import { describe, expect, it } from "@jest/globals";
import { agentEnvironment, machineEnvironment } from "../../../src/provision/guest-environment.ts";
import { fullPlan, minimalPlan } from "../../support/plans.ts";

describe("machineEnvironment", () => {
  it("points every program at the proxy and at the bundle, and keeps the sidecar's own names direct", async () => {
    const environment = machineEnvironment((await minimalPlan()).plan);
    for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"]) {
      expect(environment[name]).toBe("http://egress:9099");
    }
    for (const name of ["NO_PROXY", "no_proxy"]) {
      expect(environment[name]?.split(",")).toEqual(
        expect.arrayContaining(["egress", "git-gate", "supervise", "localhost"]),
      );
    }
    for (const name of [
      "SSL_CERT_FILE",
      "REQUESTS_CA_BUNDLE",
      "CURL_CA_BUNDLE",
      "GIT_SSL_CAINFO",
      "CODEX_CA_CERTIFICATE",
    ]) {
      expect(environment[name]).toBe("/etc/ssl/certs/ca-certificates.crt");
    }
    expect(environment["NODE_EXTRA_CA_CERTS"]).toBe("/usr/local/share/ca-certificates/bot-bottle.crt");
  });

  it("holds only values of no consequence: nothing of manifest, provider or secrets", async () => {
    const [small, full] = [(await minimalPlan()).plan, (await fullPlan()).plan].map(machineEnvironment);
    expect(full).toEqual(small);
  });
});

describe("agentEnvironment", () => {
  it("is the provider's, under the manifest's", async () => {
    const { plan } = await minimalPlan();
    expect(agentEnvironment(plan, { FAKE_MODE: "mine", LANG: "C" })).toEqual({
      HOME: "/home/node",
      USER: "node",
      FAKE_MODE: "mine",
      FAKE_PLACEHOLDER: "placeholder",
      LANG: "C",
    });
  });
});
