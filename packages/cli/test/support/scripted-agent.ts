import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Runs its prompt as a shell script; without one it is a session that says who it is and repeats what is typed. */
const PROGRAM = `#!/bin/sh
for last; do :; done
case " $* " in *" -p "*) exec /bin/bash -c "$last" ;; esac
trap 'again=1; echo "agent: interrupted"' INT
echo "session $(hostname)"
while :; do
  if read -r line; then
    echo "got $line"
    case $line in exit*) exit \${line#exit } ;; esac
  elif [ -z "$again" ]; then exit 0
  else again=
  fi
done
`;

/** Writes an image recipe with Claude Code's own image and an agent that does what a test says. @returns its Dockerfile */
export async function writeScriptedAgent(dir: string): Promise<string> {
  const provider = dirname(createRequire(import.meta.url).resolve("@bot-bottle/provider-claude/package.json"));
  const image = await readFile(join(provider, "image/Dockerfile"), "utf8");
  await mkdir(dir, { recursive: true });
  const files = { Dockerfile: `${image}USER root\nCOPY claude /usr/local/sbin/claude\nUSER node\n`, claude: PROGRAM };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(dir, name), text);
    await chmod(join(dir, name), 0o755); // the umask must not change the image
  }
  return join(dir, "Dockerfile");
}
