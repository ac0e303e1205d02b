import { definePackage } from "../../tooling/tsup/define-package.ts";

// Loaded by dockerode and never used here: gRPC for BuildKit sessions, an ssh of its own that checks no host key,
// certificates by DOCKER_CERT_PATH.
const UNUSED = ["@grpc/grpc-js", "@grpc/proto-loader", "protobufjs", "split-ca", "ssh2"];

export default {
  ...definePackage({
    entry: ["src/index.ts"],
    bundled: ["dockerode"], // 170 ms and 10 MB as the packages that it is, a tenth of that as what is used of them
    alias: Object.fromEntries(UNUSED.map((name) => [name, "node:util"])),
  }),
  // CommonJS dependencies inside an ESM bundle still call require().
  banner: { js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);' },
};
