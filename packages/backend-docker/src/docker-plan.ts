import { BottlePlan, type BottlePlanInit } from "@bot-bottle/core";
import { checkPackages } from "./images/agent-image.ts";
import { resourceName } from "./names.ts";

/** A plan with the names that its things will have on the engine. */
export class DockerBottlePlan extends BottlePlan {
  readonly agentName: string;
  readonly sidecarName: string;

  /** @throws BotBottleError `BB_MANIFEST_INVALID` for packages that cannot be installed by name */
  constructor(init: BottlePlanInit) {
    super(init);
    checkPackages(init.image.packages);
    this.agentName = resourceName(init.slug, "agent");
    this.sidecarName = resourceName(init.slug, "sidecar");
  }
}
