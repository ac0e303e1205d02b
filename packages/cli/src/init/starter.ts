/** What `init` writes; a test loads both with the manifest loader. */
export const STARTER_BOTTLE = `---
# A bottle says what an agent may do. Every key is explained in docs/manifest.md of
# https://github.com/bot-bottle/bot-bottle
agent_provider:
  template: claude
  # Where the real token comes from. The agent only ever sees a placeholder.
  # Without this line: CLAUDE_CODE_OAUTH_TOKEN, else ANTHROPIC_API_KEY of your environment.
  # auth_token: CLAUDE_CODE_OAUTH_TOKEN

# Visible to the agent. "\${NAME}" takes a variable of yours, "?" asks at each start.
env:
  LANG: C.UTF-8

egress:
  log: 1
  routes:
    # What is not listed here is refused; \`bot-bottle why dev GET https://host/path\` explains.
    - host: registry.npmjs.org
      matches:
        - methods: [GET, HEAD]
---
Notes about this bottle, for people.
`;

export const STARTER_AGENT = `---
bottle: dev
# Folders below ~/.bot-bottle/skills or ~/.claude/skills.
skills: []
---
You work in a bottle: a sealed machine with one guarded way out. A request that is refused says why.
`;
