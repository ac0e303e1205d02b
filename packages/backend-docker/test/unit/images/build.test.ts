import { Readable } from "node:stream";
import { silentReporter } from "@bot-bottle/core";
import { describe, expect, it } from "@jest/globals";
import { followJob } from "../../../src/images/build.ts";
import { ProgressLines } from "../../../src/images/progress.ts";

const follow = async (...pieces: string[]) => {
  const lines = new ProgressLines(silentReporter, "image.agent");
  return { ...(await followJob(Readable.from(pieces), lines)), tail: lines.tail() };
};

describe("followJob", () => {
  it("finds the failure in the last event, not in how the stream ends", async () => {
    const { failure, tail } = await follow(
      '{"stream":"Step 1/2 : RUN x\\n"}\r\n{"stream":" ---> Running in abc\\n"}\n{"stream":"out',
      'put\\n"}\n{"errorDetail":{"message":"returned a non-zero code: 3"},"error":"short"}\n',
    );
    expect(failure).toBe("returned a non-zero code: 3");
    expect(tail).toEqual(["Step 1/2 : RUN x", "output"]);
  });

  it("has no failure for a job that went well", async () => {
    const end = await follow('{"status":"Pulling"}\n{"aux":{"ID":"sha256:1"}}');
    expect(end).toMatchObject({ failure: undefined, imageId: "sha256:1" });
  });
});
