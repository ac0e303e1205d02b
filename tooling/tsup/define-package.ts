import { existsSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

type PackageOptions = Pick<Options, "clean" | "noExternal"> & { readonly entry: readonly string[] };

/** One build for every published package: ESM only, one `.d.ts` roll-up per entry. */
export function definePackage({ entry, ...options }: PackageOptions): Options {
  return defineConfig({
    entry: entry.filter((file) => existsSync(file)),
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
    ...options,
  }) as Options;
}
