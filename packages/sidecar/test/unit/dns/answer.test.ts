import { describe, expect, it } from "@jest/globals";
import * as packet from "dns-packet";
import fc from "fast-check";
import { answerQuery } from "../../../src/dns/answer.ts";

const options = {
  address: "10.203.0.2",
  isDeclared: (name: string) => name === "egress" || name === "api.example.com" || /^[^.]+\.wild\.example$/.test(name),
};
type Question = packet.Question;

function ask(question: Question, change: Partial<packet.Packet> = {}) {
  const query = packet.encode({
    type: "query",
    id: 7,
    flags: packet.RECURSION_DESIRED,
    questions: [question],
    ...change,
  });
  const answer = answerQuery(query, options);
  return answer && { ...packet.decode(answer.message), denied: answer.denied };
}

describe("answerQuery", () => {
  it.each(["egress", "api.example.com", "API.Example.COM", "x.wild.example"])(
    "gives %s the sidecar's address",
    (name) => {
      expect(ask({ type: "A", name })).toMatchObject({
        id: 7,
        rcode: "NOERROR",
        denied: undefined,
        flag_aa: true,
        flag_ra: false,
        answers: [{ type: "A", name, data: "10.203.0.2" }],
      });
    },
  );

  it.each(["AAAA", "HTTPS", "TXT", "MX", "ANY"] as const)(
    "has no %s for a declared name, which still exists",
    (type) => {
      expect(ask({ type: type as "AAAA", name: "api.example.com" })).toMatchObject({ rcode: "NOERROR", answers: [] });
    },
  );

  it.each(["example.com", "c2VjcmV0.evil.example", "wild.example", "a.b.wild.example", "localhost", "."])(
    "says that %p does not exist",
    (name) => {
      expect(ask({ type: "A", name })).toMatchObject({ rcode: "NXDOMAIN", answers: [], denied: name });
    },
  );

  it("answers neither answers nor several questions nor long messages", () => {
    const name = "api.example.com";
    expect(ask({ type: "A", name }, { type: "response" })).toBeUndefined();
    expect(ask({ type: "A", name }, { questions: [] })).toBeUndefined();
    expect(
      ask(
        { type: "A", name },
        {
          questions: [
            { type: "A", name },
            { type: "A", name },
          ],
        },
      ),
    ).toBeUndefined();
    expect(answerQuery(Buffer.alloc(600), options)).toBeUndefined();
  });

  it("does not implement other operations and classes", () => {
    expect(ask({ type: "A", name: "api.example.com", class: "CH" })).toMatchObject({ rcode: "NOTIMP", answers: [] });
  });

  it("survives anything", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        answerQuery(Buffer.from(bytes), options);
      }),
      { numRuns: 2000 },
    );
    const valid = packet.encode({ type: "query", id: 1, questions: [{ type: "A", name: "api.example.com" }] });
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), (at, value) => {
        const bytes = Buffer.from(valid);
        bytes[at] = value;
        answerQuery(bytes, options);
      }),
    );
  });
});
