import { randomInt } from "node:crypto";

declare const slugBrand: unique symbol;
/** Name of one bottle: `<label or agent>-<5 of a–z2–7>`, a DNS label of at most 40 characters. */
export type Slug = string & { readonly [slugBrand]: true };

const SLUG = /^[a-z][a-z0-9-]{0,33}-[a-z2-7]{5}$/;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const MAX_STEM = 34;
/** 32^5 names for each stem: whoever meets so many in a row asks a wrong question */
const MAX_TRIES = 100;

export function isSlug(text: string): text is Slug {
  return SLUG.test(text);
}

/**
 * Mints a slug that `isTaken` does not know.
 * @param stem label or agent name; other characters than a–z, 0–9 and `-` become `-`
 * @param isTaken true for a slug that has a state folder or an audit file
 */
export async function mintSlug(stem: string, isTaken: (slug: Slug) => Promise<boolean>): Promise<Slug> {
  const clean = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, MAX_STEM)
    .replace(/-+$/, "");
  const base = clean === "" ? "bottle" : clean;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const suffix = Array.from({ length: 5 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join("");
    const slug = `${base}-${suffix}` as Slug;
    if (!(await isTaken(slug))) return slug;
  }
  throw new Error(`no free name beginning with "${base}"`);
}
