/** Claude Code in the default image; the profile was recorded with it. The Dockerfile's ARG has the same default. */
export const CLAUDE_CODE_VERSION = "2.1.330";
