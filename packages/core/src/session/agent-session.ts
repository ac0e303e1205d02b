/** Session name of the agent program itself; one runs at a time. */
export const AGENT_SESSION = "agent";
