import { chmodSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AuditRecord } from "@bot-bottle/core";
import { builtCommand } from "./built.ts";
import { docker } from "./engine.ts";
import { run, type Ran, type RunOptions } from "./process.ts";

export const COMMAND = builtCommand();

/** Runs its prompt as a shell script, so that a test says what the agent does; Claude Code itself is behind it. */
const STUB = `#!/bin/sh
for last; do :; done
exec /bin/bash -c "$last"
`;

async function writeStub(dir: string): Promise<string> {
  const provider = dirname(createRequire(import.meta.url).resolve("@bot-bottle/provider-claude/package.json"));
  const dockerfile = await readFile(join(provider, "image/Dockerfile"), "utf8");
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "Dockerfile"), `${dockerfile}USER root\nCOPY claude /usr/local/sbin/claude\nUSER node\n`);
  await writeFile(join(dir, "claude"), STUB);
  for (const name of ["Dockerfile", "claude"]) chmodSync(join(dir, name), 0o755);
  return join(dir, "Dockerfile");
}

/** Variables of this process that would change what a bottle is. */
const LEFT_OUT = /^(?:ANTHROPIC_|CLAUDE|BOT_BOTTLE_|NODE_OPTIONS$|NODE_ENV$|JEST_)/;

/** An installation of its own: home, manifests, owner. What the built command does with it is what a user would see. */
export class Installation {
  readonly root: string;
  /** BOT_BOTTLE_HOME */
  readonly home: string;
  /** Dockerfile of an agent that runs its prompt as a shell script */
  readonly stubDockerfile: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(root: string, stubDockerfile: string, tokens: NodeJS.ProcessEnv) {
    this.root = root;
    this.home = join(root, "bot-bottle");
    this.stubDockerfile = stubDockerfile;
    const inherited = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name));
    this.env = {
      ...Object.fromEntries(inherited),
      HOME: join(root, "user"),
      DOCKER_CONFIG: process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"),
      BOT_BOTTLE_HOME: this.home,
      ...tokens,
    };
  }

  /** @param tokens environment of the command besides this process's own */
  static async make(tokens: NodeJS.ProcessEnv): Promise<Installation> {
    const root = await mkdtemp(join(tmpdir(), "bb-cli-"));
    const made = new Installation(root, await writeStub(join(root, "stub")), tokens);
    for (const dir of ["bottles", "agents"]) await mkdir(join(made.home, dir), { recursive: true, mode: 0o700 });
    await mkdir(join(root, "user"));
    return made;
  }

  /** Writes a bottle and an agent of the same name. @param frontmatter YAML of the bottle */
  async write(name: string, frontmatter: string): Promise<void> {
    await writeFile(join(this.home, "bottles", `${name}.md`), `---\n${frontmatter.trim()}\n---\n`);
    await writeFile(join(this.home, "agents", `${name}.md`), `---\nbottle: ${name}\n---\n`);
  }

  /** Runs the command to its end. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { env = {}, cwd = this.root, timeoutMs = 110_000 } = options;
    return await run(process.execPath, [COMMAND, ...argv], {
      ...options,
      cwd,
      timeoutMs,
      env: { ...this.env, ...env },
    });
  }

  /** Answer of a command that must succeed, with `--json`. */
  async json<T>(argv: readonly string[], options?: RunOptions): Promise<T> {
    const { exitCode, stdout, stderr } = await this.run([...argv, "--json"], options);
    if (exitCode !== 0) throw new Error(`bot-bottle ${argv.join(" ")}: exit code ${exitCode ?? "none"}: ${stderr}`);
    return JSON.parse(stdout) as T;
  }

  /** The audit trail of a bottle, as `logs` shows it. */
  async records(slug: string): Promise<readonly AuditRecord[]> {
    const { records } = await this.json<{ readonly records: readonly AuditRecord[] }>(["logs", slug]);
    return records;
  }

  /** Names of everything of this installation on the engine, images left out: between bottles there is none. */
  async left(): Promise<readonly string[]> {
    const owner = await readFile(join(this.home, "owner"), "utf8").catch(() => undefined);
    if (owner === undefined) return [];
    const filter = ["--filter", `label=dev.bot-bottle.owner=${owner.trim()}`, "--format"];
    const lists = await Promise.all([
      docker(["ps", "--all", ...filter, "container {{.Names}}"]),
      docker(["network", "ls", ...filter, "network {{.Name}}"]),
      docker(["volume", "ls", ...filter, "volume {{.Name}}"]),
    ]);
    return lists.flatMap((list) => list.split("\n").filter((line) => line !== ""));
  }

  /** Removes the home. @throws Error when something was left on the engine, which is removed as well */
  async remove(): Promise<void> {
    const left = await this.left();
    for (const kind of ["container", "network", "volume"]) {
      const names = left.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
      const force = kind === "container" ? ["--force", "--volumes"] : [];
      if (names.length > 0) await docker([kind, "rm", ...force, ...names]);
    }
    await rm(this.root, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left behind on the engine: ${left.join(", ")}`);
  }
}
