import { defineImageBundle } from "../../tooling/tsup/define-image-bundle.ts";
import { definePackage } from "../../tooling/tsup/define-package.ts";

export default [
  definePackage({ entry: ["src/index.ts"], clean: ["!image/**"] }), // the bundle below cleans its own folder
  defineImageBundle({ entry: { sidecar: "src/main.ts" } }),
];
