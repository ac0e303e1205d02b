import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Options } from "tsup";
import { writeThirdPartyLicenses } from "./third-party-licenses.ts";

/** One self-contained file and the folder `image` that goes with it, together in `dist/image`: a complete build context. */
export function defineImageBundle({ entry }: { readonly entry: Readonly<Record<string, string>> }): Options {
  const outDir = join("dist", "image");
  return {
    entry: { ...entry },
    outDir,
    format: ["esm"],
    outExtension: () => ({ js: ".mjs" }),
    target: "node24",
    platform: "node",
    noExternal: [/.*/],
    splitting: false,
    minify: true,
    clean: true,
    // CommonJS dependencies inside an ESM bundle still call require().
    banner: { js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url);' },
    metafile: true,
    onSuccess: async () => {
      cpSync("image", outDir, { recursive: true });
      const metafile = join(outDir, "metafile-esm.json");
      writeThirdPartyLicenses(metafile, join(outDir, "THIRD-PARTY-LICENSES.txt"));
      rmSync(metafile);
    },
  };
}
