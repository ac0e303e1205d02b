/** An expected end of the run: its message is for a person, and no stack is printed. */
export class Stop extends Error {}
