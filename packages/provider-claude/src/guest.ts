/** The agent user of the image and its home. */
export const GUEST_USER = "node";
export const GUEST_HOME = "/home/node";
