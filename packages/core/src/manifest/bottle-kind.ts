import { validateBottle } from "./generated/validators.mjs";
import type { ManifestKind } from "./read-manifest.ts";
import { readEnv } from "./rules/env.ts";
import { readProvider } from "./rules/provider.ts";
import { readRepos } from "./rules/repos.ts";
import { readResources } from "./rules/resources.ts";
import { readRoute } from "./rules/route.ts";
import { readUpstream } from "./rules/upstream.ts";
import { Section } from "./section.ts";

/** How a bottle file is checked. The readers run here for their issues; their results come after merging. */
export const BOTTLE_KIND: ManifestKind = {
  validate: validateBottle,
  check: (tree, context) => {
    const bottle = new Section(tree);
    const egress = bottle.section("egress");
    readEnv(bottle.section("env"), context);
    readProvider(bottle.section("agent_provider"), context);
    readRepos(bottle.section("git-gate").section("repos"), context);
    readUpstream(egress.section("upstream"), context);
    for (const route of egress.sections("routes")) readRoute(route, context);
    readResources(bottle.section("resources"), context);
  },
  isFree: (path) => path[0] === "agent_provider" && path[1] === "settings" && path.length > 2,
};
