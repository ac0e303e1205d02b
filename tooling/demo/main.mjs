/** What `npm run demo` shows once everything is built: one real agent in one real bottle. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finish } from "../run/finish.mjs";
import { Stop } from "../run/stop.mjs";
import { runCli } from "./cli.mjs";
import { writeManifests } from "./manifests.mjs";
import { heading, say } from "./say.mjs";
import { ALLOWED_HOST, BLOCKED_HOST, PROMPT } from "./script.mjs";
import { startStandIn } from "./stand-in.mjs";

const ownToken = ["CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_API_KEY"].find((name) => process.env[name]);
const home = mkdtempSync(join(tmpdir(), "bot-bottle-demo-"));

/** Everything that the demo makes, newest last. */
const undo = [() => rmSync(home, { recursive: true, force: true })];

async function demo() {
  let standIn;
  const env = { ...process.env, BOT_BOTTLE_HOME: join(home, "bot-bottle") };
  if (ownToken === undefined) {
    heading("No Claude token in the environment: a stand-in answers as api.anthropic.com");
    standIn = await startStandIn((action) => undo.push(action));
    env.CLAUDE_CODE_OAUTH_TOKEN = standIn.token;
    say("The path is the real one: real Claude Code, real bottle, real sidecar, TLS on both legs.");
  } else {
    heading(`Using the real API with ${ownToken} of your environment`);
  }
  writeManifests(env.BOT_BOTTLE_HOME, standIn);

  heading("bot-bottle start demo: what the bottle may do, then the agent's answer");
  const started = await runCli(["start", "demo", "--headless", "--yes", "--json", "--prompt", PROMPT], env);
  if (started.status !== 0)
    throw new Stop(`bot-bottle start ended with exit code ${started.status}.\n${started.stdout}`);
  const answer = JSON.parse(started.stdout);
  say(answer.output.trimEnd());

  heading(`A host that the bottle does not declare: ${BLOCKED_HOST}`);
  expectText(answer.output, "host_not_declared", "the refusal with its reason");
  const why = await runCli(["why", "demo", "GET", `https://${BLOCKED_HOST}/`], env);
  say(why.stdout.trimEnd());
  expectText(answer.output, standIn?.allowedText ?? ALLOWED_HOST, "the answer of the allowed host");

  heading("Where the real token went");
  const token = env.CLAUDE_CODE_OAUTH_TOKEN ?? env.ANTHROPIC_API_KEY;
  if (answer.output.includes(token)) throw new Stop("The agent saw the real token. This must never happen.");
  say("The agent printed its whole environment: the real token is not in it.");
  if (standIn !== undefined) {
    const seen = (await standIn.requests()).filter(({ authorization }) => authorization === `Bearer ${token}`);
    if (seen.length === 0) throw new Stop("The model API never got the real token.");
    say(
      `The model API got the real token with ${seen.length} requests: the sidecar put it on after they left the agent.`,
    );
  }

  heading(`bot-bottle logs ${answer.slug}: the audit trail`);
  say((await runCli(["logs", answer.slug], env)).stdout.trimEnd());
  const verified = await runCli(["logs", answer.slug, "--verify"], env);
  say(`bot-bottle logs ${answer.slug} --verify: ${verified.stdout.trim()}`);
  if (verified.status !== 0) throw new Stop("The audit trail is not whole.");
  heading("Done. Nothing of it is left on the engine but the images.");
}

function expectText(output, text, what) {
  if (!output.includes(text)) throw new Stop(`The agent's answer does not show ${what}.`);
}

await finish(async () => {
  try {
    await demo();
  } finally {
    for (const action of undo.reverse()) await action();
  }
});
