import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Everything that tests write lies in one folder, which goes at the end: a run leaves nothing on the machine. */
export default function ownTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "bb-jest-"));
  chmodSync(folder, 0o755); // tests that run programs as another user must get in
  process.env.TMPDIR = folder;
  process.env.BB_TEST_TMPDIR = folder;
}

export function removeIt() {
  rmSync(process.env.BB_TEST_TMPDIR, { recursive: true, force: true });
}
