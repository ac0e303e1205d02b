import { defineConfig, type Options } from "tsup";

/** One build for every published package: ESM only, one `.d.ts` roll-up per entry. */
export function definePackage(options: Pick<Options, "clean" | "entry">): Options {
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
    ...options,
  }) as Options;
}
