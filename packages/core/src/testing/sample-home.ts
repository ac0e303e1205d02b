import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { LaunchHost, PrepareHost } from "../backend/hosts.ts";
import { fakeHost } from "./fake-host.ts";

/** Everything on disk that the sample specs name, by path below the user's home. */
const FILES = {
  ".bot-bottle/skills/lint/SKILL.md": "Lint.\n",
  ".fake/skills/release/SKILL.md": "Release.\n",
  "project/README.md": "Hello.\n",
  "project/src/main.ts": "export {};\n",
  "project/.env": "A=1\n",
  "project/deploy/id_ed25519": "key\n",
};

/** A user's home with skills and a project, as long as `work` runs. */
export async function withSampleHome<T>(work: (host: LaunchHost & PrepareHost, cwd: string) => Promise<T>): Promise<T> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "bot-bottle-sample-")));
  try {
    for (const [path, text] of Object.entries(FILES)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    return await work(fakeHost(root), join(root, "project"));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
