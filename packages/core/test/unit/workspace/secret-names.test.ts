import { expect, it } from "@jest/globals";
import { looksLikeSecret } from "../../../src/workspace/secret-names.ts";

it.each([
  ".env",
  ".env.local",
  "app/.ENV.production",
  ".envrc",
  "certs/server.pem",
  "id_rsa",
  "keys/id_ed25519",
  "x.p12",
  "credentials.json",
  ".aws/credentials",
  ".aws/config",
  ".npmrc",
  ".netrc",
  "_netrc",
  "kubeconfig",
  "prod.kubeconfig",
  ".kube/config",
  ".docker/config.json",
  "terraform.tfstate",
  "prod.tfvars",
  "service-account-prod.json",
  "secrets.yaml",
  ".git-credentials",
])("%s looks like a secret", (path) => {
  expect(looksLikeSecret(path)).toBe(true);
});

it.each([
  ".env.example",
  ".env.sample",
  "x.pem.template",
  "environment.ts",
  "id_rsa.pub",
  "key.ts",
  "config.json",
  "docs/secrets.md",
])("%s does not", (path) => {
  expect(looksLikeSecret(path)).toBe(false);
});
