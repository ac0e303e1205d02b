import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CliProcess } from "./cli-process.ts";
import { BASE_IMAGE, docker, Undo } from "./engine.ts";
import { Installation } from "./installation.ts";
import { output } from "./process.ts";
import { writeScriptedAgent } from "./scripted-agent.ts";
import { sweep } from "./traces.ts";

export interface Tokens {
  /** of the provider, in a variable */
  readonly variable: string;
  /** of a route, in a file */
  readonly file: string;
}

/**
 * An installation with two agents whose starts are stopped half-way: `ready`, whose image is there, and `slow`, whose
 * image is never built to its end. The tokens' values are nowhere below its folders.
 */
export class KilledInstallation {
  readonly installation: Installation;
  /** a git repository, where commands run */
  readonly repository: string;
  readonly #undo: Undo;
  readonly #running: CliProcess[] = [];

  private constructor(installation: Installation, undo: Undo) {
    this.installation = installation;
    this.repository = join(installation.root, "user", "repository");
    this.#undo = undo;
  }

  /** @param marker makes the slow image one that was never built before */
  static async make(tokens: Tokens, marker: string): Promise<KilledInstallation> {
    const undo = new Undo();
    const installation = await Installation.make({ BB_TEST_TOKEN: tokens.variable });
    undo.defer(() => installation.remove());
    const made = new KilledInstallation(installation, undo);
    const outside = `${installation.root}-token`;
    undo.defer(() => rm(outside, { recursive: true, force: true }));
    await mkdir(outside);
    await writeFile(join(outside, "token"), tokens.file, { mode: 0o600 });
    const slow = join(installation.root, "slow");
    await mkdir(slow);
    await writeFile(join(slow, "Dockerfile"), `FROM ${BASE_IMAGE}\nRUN sleep 600 # ${marker}\n`);
    const recipes = {
      ready: await writeScriptedAgent(join(installation.root, "agent")),
      slow: join(slow, "Dockerfile"),
    };
    for (const [name, dockerfile] of Object.entries(recipes)) {
      await installation.write(
        name,
        `agent_provider:
  dockerfile: ${dockerfile}
  auth_token: env:BB_TEST_TOKEN
egress:
  routes:
    - host: api.example.com
      auth: { scheme: Bearer, token_ref: "file:${join(outside, "token")}" }`,
      );
    }
    await made.#makeRepository();
    // The images are there before a step is counted on.
    const { exitCode, stdout, stderr } = await installation.run([
      "start",
      "ready",
      "--headless",
      "--prompt",
      "echo done",
    ]);
    if (exitCode !== 0 || stdout !== "done\n") throw new Error(`the first start failed: ${stdout}${stderr}`);
    return made;
  }

  /** Starts an agent without a terminal, in the repository. */
  start(argv: readonly string[], env: NodeJS.ProcessEnv = {}): CliProcess {
    return this.keep(CliProcess.start(this.installation, ["start", ...argv], { env, cwd: this.repository }));
  }

  startOnTerminal(argv: readonly string[], env: NodeJS.ProcessEnv = {}): CliProcess {
    return this.keep(CliProcess.startOnTerminal(this.installation, ["start", ...argv], { env, cwd: this.repository }));
  }

  /** The command ends with the test at the latest. */
  keep(cli: CliProcess): CliProcess {
    this.#running.push(cli);
    return cli;
  }

  /** Slug of the only start. */
  async slug(): Promise<string> {
    const names = await readdir(join(this.installation.home, "state"));
    const [slug, ...others] = names.filter((name) => !name.startsWith("."));
    if (slug === undefined || others.length > 0) throw new Error(`one state folder was expected: ${names.join(", ")}`);
    return slug;
  }

  /** Ends what a test has left, so that the next one begins anew. */
  async reset(): Promise<void> {
    for (const cli of this.#running.splice(0)) await cli.dispose();
    await sweep(this.installation);
    await rm(join(this.installation.home, "state"), { recursive: true, force: true });
  }

  async remove(): Promise<void> {
    await this.#undo.run();
  }

  /** Containers of anybody whose command line holds a text. */
  static async containersRunning(text: string): Promise<readonly string[]> {
    const list = await docker(["ps", "--all", "--no-trunc", "--format", "{{.Names}} {{.Command}}"]);
    return list.split("\n").filter((line) => line.includes(text));
  }

  async #makeRepository(): Promise<void> {
    await mkdir(this.repository);
    const git = (...argv: string[]): Promise<string> =>
      output("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...argv], { cwd: this.repository });
    await git("init", "--quiet");
    await writeFile(join(this.repository, "file"), "one\n");
    await git("add", "file");
    await git("commit", "--quiet", "--message", "one");
  }
}
