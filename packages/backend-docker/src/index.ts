import { definePlugin } from "@bot-bottle/core";
import { DockerBottleBackend } from "./docker-backend.ts";

export { DockerBottleBackend, type DockerBackendOptions } from "./docker-backend.ts";
export { DockerBottlePlan } from "./docker-plan.ts";

export default definePlugin({
  kind: "backend",
  name: "docker",
  create: ({ env }) => new DockerBottleBackend({ env }),
});
