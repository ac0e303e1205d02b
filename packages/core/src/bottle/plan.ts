import { SIDECAR_HOSTS, SIDECAR_PORTS } from "../sidecar/ports.ts";
import type {
  AgentProvisionPlan,
  EgressPlan,
  GitGatePlan,
  ImagePlan,
  ResourcePlan,
  SkillPlan,
  SupervisePlan,
  WorkspacePlan,
} from "./plan-parts.ts";
import { type PlanJson, planToJson } from "./plan-json.ts";
import { renderPreflight } from "./render-preflight.ts";
import type { Slug } from "./slug.ts";
import type { BottleSpec } from "./spec.ts";

/** Everything that core knows about a bottle before it exists. */
export interface BottlePlanInit {
  readonly spec: BottleSpec;
  readonly slug: Slug;
  readonly backendName: string;
  readonly providerName: string;
  readonly gitGatePlan: GitGatePlan;
  readonly egressPlan: EgressPlan;
  readonly agentProvision: AgentProvisionPlan;
  readonly supervisePlan: SupervisePlan | undefined;
  /** agent user's home in the guest, e.g. `/home/node` */
  readonly guestHome: string;
  /** agent user in the guest, e.g. `node` */
  readonly guestUser: string;
  readonly image: ImagePlan;
  readonly resources: ResourcePlan;
  readonly workspace: WorkspacePlan;
  readonly skills: readonly SkillPlan[];
}

/**
 * What will be made, as readonly data without a secret value. Backends subclass it only to add fields of their own and
 * to override the getters; print and toJSON are the same for all, so that every backend asks the same question.
 */
export abstract class BottlePlan {
  readonly spec: BottleSpec;
  readonly slug: Slug;
  readonly backendName: string;
  readonly providerName: string;
  readonly gitGatePlan: GitGatePlan;
  readonly egressPlan: EgressPlan;
  readonly agentProvision: AgentProvisionPlan;
  readonly supervisePlan: SupervisePlan | undefined;
  readonly guestHome: string;
  readonly guestUser: string;
  readonly image: ImagePlan;
  readonly resources: ResourcePlan;
  readonly workspace: WorkspacePlan;
  readonly skills: readonly SkillPlan[];
  /** what the plan was made from: plain data that survives JSON, for the state folder and for another slug */
  readonly init: BottlePlanInit;

  constructor(init: BottlePlanInit) {
    this.init = init;
    this.spec = init.spec;
    this.slug = init.slug;
    this.backendName = init.backendName;
    this.providerName = init.providerName;
    this.gitGatePlan = init.gitGatePlan;
    this.egressPlan = init.egressPlan;
    this.agentProvision = init.agentProvision;
    this.supervisePlan = init.supervisePlan;
    this.guestHome = init.guestHome;
    this.guestUser = init.guestUser;
    this.image = init.image;
    this.resources = init.resources;
    this.workspace = init.workspace;
    this.skills = init.skills;
  }

  /** `host:port` under which the agent finds the git gate */
  get gitGateInsteadOfHost(): string {
    return `${SIDECAR_HOSTS.gitGate}:${SIDECAR_PORTS.gitGate}`;
  }

  // eslint-disable-next-line @typescript-eslint/class-literal-property-style -- a getter, so that a backend can override it
  get gitGateInsteadOfScheme(): string {
    return "http";
  }

  get superviseMcpUrl(): string {
    return `http://${SIDECAR_HOSTS.supervise}:${SIDECAR_PORTS.supervise}/mcp`;
  }

  /** value of the agent's `HTTPS_PROXY` */
  get egressProxyUrl(): string {
    return `http://${SIDECAR_HOSTS.egress}:${SIDECAR_PORTS.egress}`;
  }

  /** Writes the preflight, line by line, to `write`. */
  print(write: (line: string) => void): void {
    for (const line of renderPreflight(this)) write(line);
  }

  /** The preflight as data; its shape is `schema/plan.schema.json`. */
  toJSON(): PlanJson {
    return planToJson(this);
  }
}
