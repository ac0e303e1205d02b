/** Codex takes up no conversation before this names its own account and the host that serves it. */
function accountsCheck(account) {
  const entry = {
    id: account,
    workspace_backend_origin: "https://chatgpt.com",
    account_routing_override: "NO_CONSTRAINT",
  };
  return { accounts: [entry], account_ordering: [account] };
}

/**
 * What Codex asks of ChatGPT beside its conversations when it is logged in there. It names its account in every request,
 * and asks for no accounts when its login has none. @returns undefined for other requests
 */
export function chatgpt({ method, path, account }) {
  if (method !== "GET") return undefined;
  if (path === "/backend-api/wham/accounts/check" && account !== undefined) return { json: accountsCheck(account) };
  // The policies of a company's workspace: such a login does not start without an answer.
  if (path === "/backend-api/wham/config/bundle") return { json: {} };
  // None beside those that Codex brings with it; without an answer it asks again and again.
  if (path === "/backend-api/codex/models") return { json: { models: [] } };
  return undefined;
}
