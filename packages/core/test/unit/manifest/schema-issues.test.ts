import { describe, expect, it } from "@jest/globals";
import type { SchemaError, SchemaValidator } from "../../../src/manifest/generated/validators.mjs";
import { IssueList } from "../../../src/manifest/issue-list.ts";
import { checkSchema } from "../../../src/manifest/schema-issues.ts";
import { textsOf, treeOf } from "./support/bottle.ts";

/** A validator that always reports one error. */
function reporting(error: Partial<SchemaError>): SchemaValidator {
  const validator: SchemaValidator = () => false;
  validator.errors = [{ instancePath: "", keyword: "type", params: {}, parentSchema: {}, ...error }];
  return validator;
}

function issuesOf(yaml: string, validate: SchemaValidator): string[] {
  const issues = new IssueList();
  checkSchema(treeOf(yaml), validate, issues);
  return textsOf(issues);
}

describe("checkSchema", () => {
  it("finds places by pointers with escapes and indexes", () => {
    const error = { instancePath: "/a~1b/0/c~0d", params: { type: ["number", "null"] } };
    expect(issuesOf("a/b: [{ c~d: x }]", reporting(error))).toEqual(['1:14: "["a/b"][0]["c~d"]" must be a number']);
  });

  it("does not take a numeric key for an index", () => {
    const error = { instancePath: "/1/x", params: { type: "string" } };
    expect(issuesOf("1: { x: 2 }", reporting(error))).toEqual(['1:9: "1.x" must be a text']);
  });

  it("takes the schema's own words", () => {
    const error = { instancePath: "/a", keyword: "not", parentSchema: { errorMessage: "belongs elsewhere" } };
    expect(issuesOf("a: 1", reporting(error))).toEqual(['1:4: "a" belongs elsewhere']);
    expect(issuesOf("a: 1", reporting({ instancePath: "/a", keyword: "someNewKeyword" }))).toEqual([
      '1:4: "a" is not allowed',
    ]);
  });

  it("leaves empty values alone where nobody cares", () => {
    const issues = new IssueList();
    checkSchema(
      treeOf("a:\nb:\n  - \n"),
      () => true,
      issues,
      ([key]) => key === "a",
    );
    expect(textsOf(issues)).toEqual(['3:5: "b[0]" has no value; write one, or remove the line']);
  });
});
