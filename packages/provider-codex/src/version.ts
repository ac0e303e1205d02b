/** Version of Codex that the image installs and that the profile was recorded from. */
export const CODEX_VERSION = "0.169.0";
