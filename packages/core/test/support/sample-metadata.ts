import type { BottlePlanInit } from "../../src/bottle/plan.ts";
import type { Slug } from "../../src/bottle/slug.ts";
import type { BottleMetadata } from "../../src/state/metadata.ts";

export const SLUG = "reviewer-abcde" as Slug;

export function sampleMetadata(changes: Partial<BottleMetadata> = {}): BottleMetadata {
  return {
    schemaVersion: 1,
    slug: SLUG,
    backend: "fake",
    agent: "reviewer",
    provider: "fake",
    nonce: "0123456789abcdef0123456789abcdef",
    created: "2026-11-21T12:00:00.000Z",
    ...changes,
  };
}

/** As much of a plan as the state folder looks at. */
export function sampleInit(slug: Slug = SLUG): BottlePlanInit {
  return { slug, backendName: "fake", providerName: "fake" } as BottlePlanInit;
}
