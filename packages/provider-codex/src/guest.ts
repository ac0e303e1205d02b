/** The agent user of the image and its home. */
export const GUEST_USER = "node";
export const GUEST_HOME = "/home/node";
export const CODEX_HOME = `${GUEST_HOME}/.codex`;
/** In place of an API key and of an access token; opaque, of no vendor's form, and the same in every launch. */
export const PLACEHOLDER = "bot-bottle-placeholder";
