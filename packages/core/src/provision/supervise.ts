import { type Bottle } from "../bottle/bottle.ts";
import { type BottlePlan } from "../bottle/plan.ts";

/** A provider registers MCP by its own program's command and overrides this; without a supervise plan nothing is done. */
export async function provisionSupervise(_plan: BottlePlan, _bottle: Bottle): Promise<void> {}
