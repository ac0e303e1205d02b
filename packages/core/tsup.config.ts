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
});
