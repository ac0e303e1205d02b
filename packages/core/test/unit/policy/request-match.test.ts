import { describe, expect, it } from "@jest/globals";
import {
  compileMatch,
  compileRefusalMatch,
  type HeaderList,
  type MatchInput,
} from "../../../src/policy/request-match.ts";
import { exact, prefix, readable, sampleMatch } from "./samples.ts";

const input = (method: string, path: string, headers: HeaderList = []): MatchInput => ({
  method,
  path: readable(path),
  headers,
});
const beta = { name: "x-beta", value: "on" };

describe("compileMatch", () => {
  const match = compileMatch(
    sampleMatch({ methods: ["GET", "POST"], paths: [exact("/a"), prefix("/b")], headers: [beta] }),
  );

  it("asks for method, path and header together", () => {
    const headers: HeaderList = [["x-beta", " on "]];
    expect(match.matches(input("GET", "/a", headers))).toBe(true);
    expect(match.matches(input("POST", "/b/c", headers))).toBe(true);
    expect(match.matches(input("PUT", "/a", headers))).toBe(false);
    expect(match.matches(input("HEAD", "/a", headers))).toBe(false);
    expect(match.matches(input("GET", "/c", headers))).toBe(false);
    expect(match.matches(input("GET", "/a"))).toBe(false);
  });

  it("believes a header only when all its lines agree", () => {
    expect(match.matches(input("GET", "/a", [["x-beta", "on"], ["x-beta", "on"]]))).toBe(true); // prettier-ignore
    expect(match.matches(input("GET", "/a", [["x-beta", "on"], ["x-beta", "off"]]))).toBe(false); // prettier-ignore
    expect(match.matches(input("GET", "/a", [["x-beta", "on, off"]]))).toBe(false);
  });

  it("takes every request when it asks for nothing", () => {
    expect(compileMatch(sampleMatch()).matches(input("DELETE", "/x%2Fy"))).toBe(true);
  });

  it("does not let readings of one path agree with different conditions", () => {
    const either = compileMatch(sampleMatch({ paths: [exact("/a;x"), exact("/a")] }));
    expect(either.matches(input("GET", "/a"))).toBe(true);
    expect(compileMatch(sampleMatch({ paths: [prefix("/a%2Fb"), prefix("/c")] })).matches(input("GET", "/a/b"))).toBe(
      false,
    );
  });

  it("knows which requests it names letter by letter", () => {
    const headers: HeaderList = [["x-beta", "on"]];
    expect(match.matchesExactly(input("GET", "/a", headers))).toBe(true);
    expect(match.matchesExactly(input("GET", "/b", headers))).toBe(false);
    expect(match.matchesExactly(input("PUT", "/a", headers))).toBe(false);
    expect(match.matchesExactly(input("GET", "/a"))).toBe(false);
    expect(compileMatch(sampleMatch()).matchesExactly(input("GET", "/a"))).toBe(false);
  });

  it("describes itself and what it misses", () => {
    expect(match.description).toBe('GET, POST on exact "/a" or prefix "/b" with header "x-beta"');
    expect(compileMatch(sampleMatch()).description).toBe("every method on every path");
    expect(match.mismatch(input("PUT", "/c"))).toBe("another method");
    expect(match.mismatch(input("GET", "/c"))).toBe("another path");
    expect(match.mismatch(input("GET", "/a"))).toBe("another header");
  });
});

describe("compileRefusalMatch", () => {
  const refuses = compileRefusalMatch(
    sampleMatch({ methods: ["POST"], paths: [prefix("/v1/files")], headers: [beta] }),
  );

  it("is satisfied by any reading and any line", () => {
    expect(refuses(input("POST", "/v1%2Ffiles/x", [["x-beta", "off"], ["x-beta", "on"]]))).toBe(true); // prettier-ignore
    expect(refuses(input("GET", "/v1/files", [["x-beta", "on"]]))).toBe(false);
    expect(refuses(input("POST", "/v1/models", [["x-beta", "on"]]))).toBe(false);
    expect(refuses(input("POST", "/v1/files"))).toBe(false);
  });
});
