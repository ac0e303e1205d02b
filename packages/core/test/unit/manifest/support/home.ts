import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DEFAULT_CONFIG } from "../../../../src/manifest/config.ts";
import { loadManifest, type Manifest } from "../../../../src/manifest/manifest.ts";
import { type HomePaths, homePaths } from "../../../../src/paths/home.ts";

export interface TestHome {
  readonly home: HomePaths;
  /** an empty repository */
  readonly cwd: string;
  readonly userHome: string;
  write(path: string, text: string): string;
  manifest(): Manifest;
}

/** A user's home with files, by path below `.bot-bottle` or, from `repo/` on, below the repository. */
export function makeHome(files: Readonly<Record<string, string>> = {}): TestHome {
  const userHome = realpathSync(mkdtempSync(join(tmpdir(), "bot-bottle-manifest-")));
  const home = homePaths(join(userHome, ".bot-bottle"));
  const cwd = join(userHome, "repo");
  mkdirSync(cwd);
  const write = (path: string, text: string): string => {
    const file = path.startsWith("repo/") ? join(userHome, path) : join(home.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return { home, cwd, userHome, write, manifest: () => loadManifest({ home, cwd, userHome, config: DEFAULT_CONFIG }) };
}

/** A manifest of frontmatter and body. */
export function md(yaml: string, body = ""): string {
  return `---\n${yaml}\n---\n${body}`;
}
