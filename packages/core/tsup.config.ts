import { join } from "node:path";
import { definePackage } from "../../tooling/tsup/define-package.ts";

export default definePackage({
  entry: [
    "src/index.ts",
    "src/manifest/index.ts",
    "src/plugins/index.ts",
    "src/process/index.ts",
    "src/testing/index.ts",
    "src/workspace/index.ts",
  ],
  bundled: ["yaml"], // a third of a dry run as the many files that it is
  alias: { yaml: join(import.meta.dirname, "node_modules/yaml/browser/index.js") },
});
