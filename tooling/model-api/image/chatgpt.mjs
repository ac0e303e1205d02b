/** The account of a ChatGPT login whose requests name none. */
const ACCOUNT = "00000000-0000-4000-8000-000000000000";

/** Codex takes up no conversation before this names its own account and the host that serves it. */
function accountsCheck(account = ACCOUNT) {
  const entry = {
    id: account,
    workspace_backend_origin: "https://chatgpt.com",
    account_routing_override: "NO_CONSTRAINT",
  };
  return { json: { accounts: [entry], account_ordering: [account] } };
}

/**
 * What Codex asks of ChatGPT beside its conversations when it is logged in there. Its list of models stays 404: then
 * Codex goes by the list that it brings with it. @returns undefined for other requests
 */
export function chatgpt({ method, path, account }) {
  if (method !== "GET") return undefined;
  if (path === "/backend-api/wham/accounts/check") return accountsCheck(account);
  // The policies of a company's workspace; such a login does not start without an answer.
  if (path === "/backend-api/wham/config/bundle") return { json: {} };
  return undefined;
}
