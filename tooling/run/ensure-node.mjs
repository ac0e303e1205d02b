import { readFileSync } from "node:fs";

// Imported first, for its effect: the other modules use what older versions lack, and would fail without saying why.
const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const [needMajor, needMinor] = manifest.engines.node.replace(">=", "").split(".").map(Number);
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < needMajor || (major === needMajor && minor < needMinor)) {
  console.error(`Node ${manifest.engines.node} is needed, this is ${process.versions.node}.`);
  process.exit(1);
}
