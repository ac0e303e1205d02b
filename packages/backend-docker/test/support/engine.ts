import { homedir } from "node:os";
import { BotBottleError } from "@bot-bottle/core";
import { describe } from "@jest/globals";
import Docker from "dockerode";
import { discoverEngine } from "../../src/client/discover.ts";

async function whyNone(): Promise<string | undefined> {
  try {
    (await discoverEngine({ env: process.env, userHome: homedir() })).close();
    return undefined;
  } catch (error) {
    if (BotBottleError.is(error)) return error.message;
    throw error;
  }
}

const absence = await whyNone();

if (absence !== undefined && process.env["BB_REQUIRE_DOCKER"] === "1") throw new Error(absence);
if (absence !== undefined) process.stderr.write(`Skipped: ${absence}\n`);

/** A suite that needs an engine: skipped with the reason where there is none, a failure when `BB_REQUIRE_DOCKER=1`. */
export const describeWithEngine: (title: string, suite: () => void) => void =
  absence === undefined ? describe : describe.skip;

/** The engine as the tests look at it. */
export const docker = new Docker();

/** Output of a command in a container, both streams together, without white space around it. */
export async function runIn(container: string, argv: readonly string[], user = "0"): Promise<string> {
  const exec = await docker
    .getContainer(container)
    .exec({ Cmd: [...argv], User: user, AttachStdout: true, AttachStderr: true, Tty: true });
  let text = "";
  for await (const chunk of await exec.start({ hijack: true, stdin: false, Tty: true })) text += String(chunk);
  return text.trim();
}
