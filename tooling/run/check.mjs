/** `pnpm run check`: what can be checked without an engine, in a workspace that is installed. */
import "./ensure-node.mjs";
import { runChecks } from "./checks.mjs";
import { collectCounts } from "./counts.mjs";
import { finish } from "./finish.mjs";

const counts = collectCounts();
await finish(() => runChecks(counts.env));
counts.print();
