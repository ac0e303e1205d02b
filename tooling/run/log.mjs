/** Progress goes to stderr: stdout belongs to the tools that run, and its last line to the counts. */
export function log(message) {
  process.stderr.write(`[bot-bottle] ${message}\n`);
}
