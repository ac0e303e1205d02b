import { rmSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Options } from "tsup";
import { writeThirdPartyLicenses } from "./third-party-licenses.ts";

interface PackageOptions extends Pick<Options, "clean" | "entry"> {
  /** dependencies that become part of our files, because their own are many and slow to load */
  readonly bundled?: readonly string[];
  /** other files to take for a bundled dependency, e.g. its ES modules where Node would be given CommonJS */
  readonly alias?: Readonly<Record<string, string>>;
}

/** One build for every published package: ESM only, one `.d.ts` roll-up per entry. */
export function definePackage({ bundled = [], alias = {}, ...options }: PackageOptions): Options {
  return defineConfig({
    format: ["esm"],
    target: "node20.19",
    platform: "node",
    splitting: true, // entries of one package share classes (core and core/testing)
    sourcemap: true,
    clean: true,
    dts: {
      compilerOptions: {
        composite: false, // rollup-plugin-dts rejects composite projects (TS6307)
        incremental: false,
        ignoreDeprecations: "6.0", // tsup 8 sets baseUrl, deprecated in TypeScript 6 (TS5101)
        customConditions: [], // types of sibling packages come from their dist, as a consumer sees them
      },
    },
    noExternal: [...bundled],
    esbuildOptions: (esbuild) => {
      esbuild.alias = { ...alias };
    },
    metafile: bundled.length > 0,
    onSuccess: async () => {
      if (bundled.length === 0) return;
      const metafile = join("dist", "metafile-esm.json");
      writeThirdPartyLicenses(metafile, join("dist", "THIRD-PARTY-LICENSES.txt"));
      rmSync(metafile);
    },
    ...options,
  }) as Options;
}
