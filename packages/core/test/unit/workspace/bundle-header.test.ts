import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { BundleFormatError, parseBundleHeader } from "../../../src/workspace/bundle-header.ts";

const ID = "0123456789abcdef0123456789abcdef01234567";
const LONG_ID = ID + "0123456789abcdef01234567";
const parse = (text: string): ReturnType<typeof parseBundleHeader> => parseBundleHeader(Buffer.from(text));

describe("parseBundleHeader", () => {
  it("reads what git writes", () => {
    const header = `# v2 git bundle\n-${ID} a subject\n-${ID}\n${ID} refs/heads/main\n${ID} HEAD\n\n`;
    expect(parse(`${header}PACKxyz`)).toEqual({
      objectFormat: "sha1",
      prerequisites: [ID, ID],
      refs: new Map([
        ["refs/heads/main", ID],
        ["HEAD", ID],
      ]),
      packOffset: header.length,
    });
  });

  it("reads version 3 with its object format", () => {
    expect(parse(`# v3 git bundle\n@object-format=sha256\n${LONG_ID} refs/heads/x\n\nPACK`)).toMatchObject({
      objectFormat: "sha256",
      refs: new Map([["refs/heads/x", LONG_ID]]),
    });
  });

  it.each([
    ["", "does not end"],
    ["# v2 git bundle", "does not end"],
    [`# v2 git bundle\n${ID} refs/heads/x\n`, "does not end"],
    ["# v1 git bundle\n\nPACK", "no bundle"],
    [" # v2 git bundle\n\nPACK", "no bundle"],
    ["# v2 git bundle\n\nPAC", "holds no pack"],
    [`# v2 git bundle\n@object-format=sha1\n\nPACK`, "unknown capability"],
    ["# v3 git bundle\n@filter=blob:none\n\nPACK", "unknown capability"],
    [`# v3 git bundle\n@object-format=sha256\n${ID} refs/heads/x\n\nPACK`, "malformed line"],
    [`# v2 git bundle\n${LONG_ID} refs/heads/x\n\nPACK`, "malformed line"],
    [`# v2 git bundle\n${ID.toUpperCase()} refs/heads/x\n\nPACK`, "malformed line"],
    [`# v2 git bundle\n--${ID} x\n\nPACK`, "malformed line"],
    [`# v2 git bundle\n${ID}\n\nPACK`, "in a way that git does not allow"],
    [`# v2 git bundle\n${ID} refs/heads/../x\n\nPACK`, "in a way that git does not allow"],
    [`# v2 git bundle\n${ID} refs/heads/x\r\n\nPACK`, "in a way that git does not allow"],
    [`# v2 git bundle\n${ID} refs/heads/x\n${ID} refs/heads/x\n\nPACK`, "twice"],
    [`# v2 git bundle\n${`-${ID}\n`.repeat(1001)}\nPACK`, "too many"],
  ])("refuses %j", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it("says only fixed words about what it refuses", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 8 }), (noise) => {
        let said = "it is fine";
        try {
          parse(`# v2 git bundle\n${noise}`);
        } catch (error) {
          if (!BundleFormatError.is(error)) throw error;
          said = error.message;
        }
        expect(said).toMatch(/^it(s header)? [a-z ]+$/);
      }),
    );
  });

  it("takes apart what it puts together, and nothing that was cut", () => {
    const id = fc.stringMatching(/^[0-9a-f]{40}$/);
    const name = fc.stringMatching(/^refs\/heads\/[a-z][a-z0-9-]{0,20}$/);
    fc.assert(
      fc.property(
        fc.array(id, { maxLength: 5 }),
        fc.uniqueArray(name, { maxLength: 5 }),
        id,
        fc.nat(),
        (needs, names, commit, cut) => {
          const lines = [...needs.map((need) => `-${need} x`), ...names.map((ref) => `${commit} ${ref}`)];
          const text = ["# v2 git bundle", ...lines, "", "PACK"].join("\n");
          const header = parse(text);
          expect(header.prerequisites).toEqual(needs);
          expect([...header.refs]).toEqual(names.map((ref) => [ref, commit]));
          expect(text.slice(header.packOffset)).toBe("PACK");
          expect(() => parse(text.slice(0, cut % text.length))).toThrow(BundleFormatError);
        },
      ),
    );
  });
});
