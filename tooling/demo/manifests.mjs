import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALLOWED_HOST } from "./script.mjs";

/** The demo's bottle and agent; with a stand-in, the sidecar's way out leads to it. */
export function writeManifests(home, standIn) {
  for (const folder of ["bottles", "agents"]) mkdirSync(join(home, folder), { recursive: true, mode: 0o700 });
  const upstream =
    standIn === undefined
      ? ""
      : `  upstream:
    network: ${standIn.network}
    ca_file: ${standIn.caFile(home)}
`;
  const viaStandIn = standIn === undefined ? "" : `\n      allow_private: ["${standIn.subnet}"]`;
  const provider = standIn === undefined ? "" : `    - host: api.anthropic.com\n      override: true${viaStandIn}\n`;
  writeFileSync(
    join(home, "bottles", "demo.md"),
    `---
agent_provider:
  template: claude
egress:
  log: 1
${upstream}  routes:
${provider}    - host: ${ALLOWED_HOST}
      matches:
        - methods: [GET]${viaStandIn}
---
`,
  );
  writeFileSync(join(home, "agents", "demo.md"), "---\nbottle: demo\n---\nYou are shown to a newcomer. Be brief.\n");
}
