import { describe, expect, it } from "@jest/globals";
import { AGENT_KIND } from "../../../src/manifest/agent-kind.ts";
import { bottleIssues } from "./support/bottle.ts";

function agentIssues(yaml: string): string[] {
  return bottleIssues(yaml, AGENT_KIND);
}

describe("an agent", () => {
  it.each([
    "",
    "bottle: dev",
    "skills: [review, pdf_tools, 3d]",
    "git-gate: { user: { name: Bot, email: null } }",
    "name: x\ndescription: Use when\nmodel: opus\ncolor: red\nmemory: user\ntools: Read, Write",
    "tools:\ncolor: null\nmemory: { a: [] }",
  ])("is accepted: %j", (yaml) => {
    expect(agentIssues(yaml)).toEqual([]);
  });

  it.each([
    ["botle: dev", '1:1: unknown key "botle" (did you mean "bottle"?)'],
    ["bottle: [dev]", '1:9: "bottle" must be a text'],
    ["bottle:", '1:1: "bottle" has no value; write one, or remove the line'],
    [
      "bottle: ../dev",
      '1:9: "bottle" must be the name of a bottle: lower-case letters, digits and `-`, a letter first',
    ],
    ["skills: review", '1:9: "skills" must be a list'],
    ["skills: [a, a]", '1:9: "skills" has an entry twice'],
    ["skills: [../x]", '1:10: "skills[0]" must be the name of a skill: lower-case letters, digits, `_` and `-`'],
    [
      "env: {}",
      '1:1: unknown key "env"; allowed: bottle, skills, git-gate, name, description, model, color, memory, tools',
    ],
    ["git-gate: { user: { name: 1 } }", '1:27: "git-gate.user.name" must be a text'],
    [
      "git-gate:\n  repos:\n    a: { url: git@host:x }",
      '3:5: "git-gate.repos" carries credentials and belongs in a bottle, not in an agent',
    ],
    ["git-gate: { repos: {} }", '1:20: "git-gate.repos" carries credentials and belongs in a bottle, not in an agent'],
  ])("is refused: %j", (yaml, issue) => {
    expect(agentIssues(yaml)).toEqual([issue]);
  });
});
