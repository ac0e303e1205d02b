const bold = process.stdout.isTTY && !process.env.NO_COLOR ? (text) => `\u001b[1m${text}\u001b[22m` : (text) => text;

export function heading(text) {
  process.stdout.write(`\n${bold(`── ${text}`)}\n`);
}

/** Text of the agent is hostile: what moves a cursor or sets a clipboard is shown, not done. */
export function say(text) {
  const safe = text.replace(/[^\P{Cc}\n]/gu, (character) => `\\u{${character.codePointAt(0).toString(16)}}`);
  process.stdout.write(`${safe.replace(/^/gm, "   ")}\n`);
}
