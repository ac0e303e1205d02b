import { describe, expect, it } from "@jest/globals";
import { bottleIssues } from "./support/bottle.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

describe("a bottle that is accepted", () => {
  it.each([
    "",
    "extends: base",
    "extends: [base, corp]",
    "env: { A: text, B: 1, C: true, D: null, E: '', F: '${HOME}', G: '?', H: '?Say it' }",
    "env: {}",
    "agent_provider: { template: codex }",
    "agent_provider: { dockerfile: ./Dockerfile, packages: { apt: [jq, g++, 'git=1:2.47-1'], npm: ['@a/b@1.2.3', tsx] } }",
    "agent_provider: { auth_token: 'file:~/token' }",
    "agent_provider: { forward_host_credentials: true }",
    "agent_provider: { auth_token: TOKEN, forward_host_credentials: false, settings: { a: { b: [null, 1] }, c: } }",
    "agent_provider: null",
    "git-gate: { user: { name: Ada L., email: ada@example.com } }",
    "git-gate: { user: { name: null } }",
    "git-gate: { repos: {} }",
    `git-gate: { repos: { a.b: { url: git@host:x.git, host_key: '${KEY} me', key: { provider: static, path: ~/k } } } }`,
    "git-gate: { repos: { a: { url: 'ssh://git@host:2222/x' }, b: null, c: { key: { provider: gitea, forge_token_env: T } } } }",
    "egress: { log: 0 }",
    "egress: { log: null, presets: [npm, github-read] }",
    "egress: { presets: null, upstream: null, routes: null }",
    "egress: { upstream: { proxy: 'http://proxy.corp:3128', proxy_auth_ref: P, ca_file: corp.pem, network: stack_default } }",
    "egress: { routes: [{ host: example.com }] }",
    "egress: { routes: [{ host: '*.example.com', port: 80, override: true, agent_credentials: true }] }",
    "egress: { routes: [{ host: a.example, auth: { scheme: Bearer, token_ref: 'prompt:Your token' } }] }",
    "egress: { routes: [{ host: a.example, auth: { header: x-api-key, token_ref: env:K } }] }",
    "egress: { routes: [{ host: '*.a.example', auth: { scheme: Basic, token_ref: K, wildcard: true } }] }",
    "egress: { routes: [{ host: a.example, override: true, auth: null }] }",
    "egress: { routes: [{ host: a.example, matches: [{ paths: [{ type: regex, value: '/v[0-9]+/.*' }], methods: [get] }] }] }",
    "egress: { routes: [{ host: a.example, matches: [{ headers: [{ name: Accept, value: a/b }] }, {}] }] }",
    "egress: { routes: [{ host: a.example, git: { fetch: true }, websocket: true, allow_private: [10.0.0.0/8, 'fd00::/8'] }] }",
    "egress: { routes: [{ host: a.example, dlp: { outbound_detectors: [entropy], inbound_detectors: [prompt_injection] } }] }",
    "egress: { routes: [{ host: a.example, dlp: { outbound_on_match: redact } }] }",
    "egress: { routes: [{ host: a.example, limits: { requests_per_minute: 60, bytes_out_per_hour: 1, max_body_bytes: 0 } }] }",
    "resources: { cpus: 0.5, memory: 8GiB, pids: 512, disk: 20.5 GB }",
    "resources: { cpus: 2, memory: 1073741824, disk: null }",
    "workspace: { mode: copy, path: /home/node/work, include_ignored: true }",
    "workspace: { mode: none }",
  ])("%s", (yaml) => {
    expect(bottleIssues(yaml)).toEqual([]);
  });
});

/** Each with every issue, exactly: where, what, and what was meant. */
const REFUSED: readonly (readonly [yaml: string, ...issues: string[]])[] = [
  ["extend: base", '1:1: unknown key "extend" (did you mean "extends"?)'],
  [
    "network: x",
    '1:1: unknown key "network"; allowed: extends, env, agent_provider, git-gate, egress, resources, workspace',
  ],
  ["extends: Base", '1:10: "extends" must be the name of a bottle: lower-case letters, digits and `-`, a letter first'],
  [
    "extends: [a, ../b]",
    '1:14: "extends[1]" must be the name of a bottle: lower-case letters, digits and `-`, a letter first',
  ],
  ["extends: [a, a]", '1:10: "extends" has an entry twice'],
  ["extends: 1", '1:10: "extends" must be a text or a list'],
  ["extends: null", '1:10: "extends" must be a text or a list'],
  ["env: [A]", '1:6: "env" must be a map'],
  ["env:\n  1A: x", '2:3: "env.1A" is not the name of an environment variable'],
  ["env:\n  A-B: x", '2:3: "env.A-B" is not the name of an environment variable'],
  ["env:\n  A: [x]", '2:6: "env.A" must be a text or a number or true or false'],
  ["env:\n  A: '${1}'", '2:6: "env.A" must be `${NAME}` with the name of a variable'],
  ["env:\n  A: '${}'", '2:6: "env.A" must be `${NAME}` with the name of a variable'],
  ["env:\n  A:\n  B: x", '2:3: "env.A" has no value; write one, or remove the line'],
  ["env:", '1:1: "env" has no value; write one, or remove the line'],
  ['env:\n  A: "a\\0b"', '2:6: "env.A" must not hold a NUL character'],
  ["agent_provider: claude", '1:17: "agent_provider" must be a map'],
  [
    "agent_provider: { template: Claude }",
    '1:29: "agent_provider.template" must be a name: lower-case letters, digits and `-`, a letter first',
  ],
  ["agent_provider: { templat: claude }", '1:19: unknown key "templat" in "agent_provider" (did you mean "template"?)'],
  ["agent_provider: { dockerfile: '' }", '1:31: "agent_provider.dockerfile" must be a path'],
  [
    "agent_provider: { dockerfile: ~bob/D }",
    '1:31: "agent_provider.dockerfile" may begin with `~/` but not with another user\'s home',
  ],
  [
    "agent_provider: { packages: { apt: ['-o=x'] } }",
    '1:37: "agent_provider.packages.apt[0]" must be a Debian package, `name` or `name=version`',
  ],
  ["agent_provider: { packages: { apt: jq } }", '1:36: "agent_provider.packages.apt" must be a list'],
  [
    "agent_provider: { packages: { npm: ['a; rm'] } }",
    '1:37: "agent_provider.packages.npm[0]" must be an npm package, `name` or `name@version`',
  ],
  [
    "agent_provider: { packages: { pip: [] } }",
    '1:31: unknown key "pip" in "agent_provider.packages"; allowed: apt, npm',
  ],
  [
    "agent_provider: { auth_token: sk-ant-oat01-sekrit }",
    '1:31: "agent_provider.auth_token" must be a reference, not a value: NAME, env:NAME, file:PATH or prompt:Text',
  ],
  [
    "agent_provider: { auth_token: ghp_0123456789abcdefghijABCDEFGHIJ012345 }",
    '1:31: "agent_provider.auth_token" looks like a credential; put it in a variable or a file and name that here',
  ],
  ["agent_provider: { auth_token: [A] }", '1:31: "agent_provider.auth_token" must be a text'],
  [
    "agent_provider:\n  auth_token: A\n  forward_host_credentials: true",
    '3:29: "agent_provider.forward_host_credentials" cannot stand together with `auth_token`; keep one of the two',
  ],
  [
    "agent_provider: { forward_host_credentials: yes }",
    '1:45: "agent_provider.forward_host_credentials" must be true or false',
  ],
  ["agent_provider: { settings: x }", '1:29: "agent_provider.settings" must be a map'],
  ["git_gate: {}", '1:1: unknown key "git_gate" (did you mean "git-gate"?)'],
  ["git-gate: { user: { email: nobody } }", '1:28: "git-gate.user.email" must be an address such as you@example.com'],
  ['git-gate: { user: { name: "a\\nb" } }', '1:27: "git-gate.user.name" must be one line without `<` and `>`'],
  ["git-gate: { user: { mail: x } }", '1:21: unknown key "mail" in "git-gate.user" (did you mean "email"?)'],
  [
    "git-gate: { repos: { a/b: {} } }",
    '1:22: "git-gate.repos["a/b"]" is not a repository name: letters, digits, `.`, `_` and `-`',
  ],
  [
    "git-gate: { repos: { ..: {} } }",
    '1:22: "git-gate.repos[".."]" is not a repository name: letters, digits, `.`, `_` and `-`',
  ],
  ...[
    "https://github.com/a/b",
    "ssh://git:pw@host/x",
    "ssh://-oProxyCommand=x/y",
    "git@-x:y",
    "host",
    "ssh://host:99999/x",
  ].map((url): readonly [string, string] => [
    `git-gate: { repos: { a: { url: '${url}' } } }`,
    '1:32: "git-gate.repos.a.url" must be an SSH URL without a password: ssh://git@host/path or git@host:path',
  ]),
  [
    "git-gate: { repos: { a: { host_key: 'github.com ssh-ed25519 AAAA' } } }",
    '1:37: "git-gate.repos.a.host_key" must be a public key such as `ssh-ed25519 AAAA…`, without the host\'s name',
  ],
  [
    "git-gate: { repos: { a: { host_key: 'ssh-ed25519 AAAA' } } }",
    '1:37: "git-gate.repos.a.host_key" is not a whole public key; copy a line of `ssh-keyscan -t ed25519 HOST`',
  ],
  ["git-gate: { repos: { a: { key: { path: x } } } }", '1:32: "git-gate.repos.a.key.provider" is missing'],
  [
    "git-gate: { repos: { a: { key: { provider: gitlab } } } }",
    '1:44: "git-gate.repos.a.key.provider" must be one of static, gitea, github (did you mean "gitea"?)',
  ],
  [
    "git-gate: { repos: { a: { key: { provider: static } } } }",
    '1:32: "git-gate.repos.a.key.path" is missing; the key provider "static" needs it',
  ],
  [
    "git-gate: { repos: { a: { key: { provider: github, forge_token_env: T, path: x } } } }",
    '1:78: "git-gate.repos.a.key.path" has no meaning for the key provider "github"',
  ],
  ["egress: { log: 3 }", '1:16: "egress.log" must be 0, 1 or 2'],
  ["egress: { log: '1' }", '1:16: "egress.log" must be 0, 1 or 2'],
  ["egress: { presets: [pip] }", '1:21: "egress.presets[0]" must be one of npm, pypi, crates, go, debian, github-read'],
  ["egress: { routes: {} }", '1:19: "egress.routes" must be a list'],
  ["egress: { route: [] }", '1:11: unknown key "route" in "egress" (did you mean "routes"?)'],
  [
    "egress: { upstream: { proxy: 'http://me:sekrit@proxy:3128' } }",
    '1:30: "egress.upstream.proxy" must not hold a user or password; put `user:password` in a secret and name it in `proxy_auth_ref`',
  ],
  [
    "egress: { upstream: { proxy: 'socks5://proxy:1' } }",
    '1:30: "egress.upstream.proxy" must begin with http:// or https://',
  ],
  [
    "egress: { upstream: { proxy: proxy } }",
    '1:30: "egress.upstream.proxy" must be http://host:port or https://host:port',
  ],
  [
    "egress: { upstream: { proxy: 'http://p:1/x?y' } }",
    '1:30: "egress.upstream.proxy" must be a host and a port, without path or query',
  ],
  [
    "egress: { upstream: { network: host } }",
    '1:32: "egress.upstream.network" must be the name of an existing network, neither `host` nor `none`',
  ],
  [
    "egress: { upstream: { network: 'container:x' } }",
    '1:32: "egress.upstream.network" must be the name of an existing network, neither `host` nor `none`',
  ],
  ["resources: { cpus: 0 }", '1:20: "resources.cpus" must be at least 0.1'],
  ["resources: { cpus: '2' }", '1:20: "resources.cpus" must be a number'],
  ["resources: { cpus: .inf }", '1:20: "resources.cpus" must be a number'],
  ["resources: { memory: 8g }", '1:22: "resources.memory" must be a size such as 512MiB or 8GiB'],
  ["resources: { memory: 8 }", '1:22: "resources.memory" must be at least 64MiB; write a unit, such as 8GiB'],
  ["resources: { memory: -1 }", '1:22: "resources.memory" must be at least 1'],
  ["resources: { memory: 99999999TiB }", '1:22: "resources.memory" must be a size such as 512MiB or 8GiB'],
  ["resources: { disk: 1MiB }", '1:20: "resources.disk" must be at least 256MiB; write a unit, such as 8GiB'],
  ["resources: { pids: 1.5 }", '1:20: "resources.pids" must be a whole number'],
  ["resources: { pids: 1 }", '1:20: "resources.pids" must be at least 16'],
  ["resources: { mem: 8GiB }", '1:14: unknown key "mem" in "resources"; allowed: cpus, memory, pids, disk'],
  ["workspace: { mode: mount }", '1:20: "workspace.mode" must be none or copy'],
  ...["work", "/", "/a/../b", "/a//b", "/a/", "~/x"].map((path): readonly [string, string] => [
    `workspace: { path: '${path}' }`,
    '1:20: "workspace.path" must be an absolute path below `/`, without `.`, `..`, `//` or a `/` at its end',
  ]),
  ["workspace: { include_ignored: 1 }", '1:31: "workspace.include_ignored" must be true or false'],
];

const ROUTES: readonly (readonly [yaml: string, ...issues: string[]])[] = [
  ["{ port: 443 }", '1:1: "egress.routes[0].host" is missing'],
  ["example.com", '1:1: "egress.routes[0]" must be a map'],
  ["{ host: 1 }", '1:9: "egress.routes[0].host" must be a text'],
  [
    "{ host: '*' }",
    '1:9: "egress.routes[0].host" is not a host: `*` may only stand first and before a dot, as in `*.example.com`',
  ],
  ["{ host: '*.com' }", '1:9: "egress.routes[0].host" is not a host: it would match every host of a top-level domain'],
  [
    "{ host: '*.co.uk' }",
    '1:9: "egress.routes[0].host" is too wide: everybody can have a name under "co.uk" (public suffix list)',
  ],
  [
    "{ host: '*.github.io' }",
    '1:9: "egress.routes[0].host" is too wide: everybody can have a name under "github.io" (public suffix list)',
  ],
  ["{ host: 10.0.0.1 }", '1:9: "egress.routes[0].host" is not a host: it is an IP address; a route names a host'],
  ["{ host: 0x7f.1 }", '1:9: "egress.routes[0].host" is not a host: it is an IP address; a route names a host'],
  [
    "{ host: 'https://a.example/' }",
    '1:9: "egress.routes[0].host" is not a host: it is neither a name nor an IPv6 address; a port does not belong to a host',
  ],
  ["{ host: a.example, port: 0 }", '1:26: "egress.routes[0].port" must be at least 1'],
  ["{ host: a.example, port: 65536 }", '1:26: "egress.routes[0].port" must be at most 65535'],
  ["{ host: a.example, port: '443' }", '1:26: "egress.routes[0].port" must be a whole number'],
  ["{ host: a.example, hosts: [] }", '1:20: unknown key "hosts" in "egress.routes[0]" (did you mean "host"?)'],
  ["{ host: a.example, override: null }", '1:30: "egress.routes[0].override" must be true or false'],
  ["{ host: a.example, auth: {} }", '1:26: "egress.routes[0].auth.token_ref" is missing'],
  [
    "{ host: a.example, auth: null }",
    '1:26: "egress.routes[0].auth" may be null only with `override: true`, to remove an earlier one',
  ],
  [
    "{ host: a.example, auth: { scheme: bearer, token_ref: T } }",
    '1:36: "egress.routes[0].auth.scheme" must be one of Bearer, token, Basic (did you mean "Bearer"?)',
  ],
  [
    "{ host: a.example, auth: { header: 'x y', token_ref: T } }",
    '1:36: "egress.routes[0].auth.header" must be the name of a header',
  ],
  [
    "{ host: a.example, auth: { header: Host, token_ref: T } }",
    '1:36: "egress.routes[0].auth.header" cannot carry a credential',
  ],
  [
    "{ host: a.example, auth: { token_ref: 'not a name' } }",
    '1:39: "egress.routes[0].auth.token_ref" must be a reference, not a value: NAME, env:NAME, file:PATH or prompt:Text',
  ],
  [
    "{ host: a.example, port: 80, auth: { token_ref: T } }",
    '1:36: "egress.routes[0].auth" cannot be sent on port 80: the credential would be in clear',
  ],
  [
    "{ host: '*.a.example', auth: { token_ref: T } }",
    '1:30: "egress.routes[0].auth" would reach every host under "a.example"; name the host, or accept that with `wildcard: true`',
  ],
  [
    "{ host: a.example, auth: { token_ref: T, wildcard: true } }",
    '1:52: "egress.routes[0].auth.wildcard" belongs to a host that begins with `*.`',
  ],
  [
    "{ host: a.example, matches: [{ paths: [{ type: glob, value: /a }] }] }",
    '1:48: "egress.routes[0].matches[0].paths[0].type" must be one of exact, prefix, regex',
  ],
  ["{ host: a.example, matches: [{ paths: [/a] }] }", '1:40: "egress.routes[0].matches[0].paths[0]" must be a map'],
  [
    "{ host: a.example, matches: [{ paths: [{ type: exact, value: a }] }] }",
    '1:62: "egress.routes[0].matches[0].paths[0].value" can never match: it does not begin with a slash',
  ],
  [
    "{ host: a.example, matches: [{ paths: [{ type: exact, value: '/a?b' }] }] }",
    '1:62: "egress.routes[0].matches[0].paths[0].value" can never match: it has a character that must be percent-encoded',
  ],
  [
    "{ host: a.example, matches: [{ paths: [{ type: prefix, value: /a/../b }] }] }",
    '1:63: "egress.routes[0].matches[0].paths[0].value" can never match: it has a dot segment',
  ],
  [
    "{ host: a.example, matches: [{ paths: [{ type: prefix, value: /ä }] }] }",
    '1:63: "egress.routes[0].matches[0].paths[0].value" can never match: it has a character that must be percent-encoded',
  ],
  [
    "{ host: a.example, matches: [{ paths: [{ type: regex, value: '(' }] }] }",
    '1:62: "egress.routes[0].matches[0].paths[0].value" can never match: it has a `(` without `)`',
  ],
  [
    "{ host: a.example, matches: [{ methods: [GET, 'G T'] }] }",
    '1:47: "egress.routes[0].matches[0].methods[1]" must be a method such as GET',
  ],
  [
    "{ host: a.example, matches: [{ methods: [trace] }] }",
    '1:42: "egress.routes[0].matches[0].methods[0]" can never match: TRACE is refused',
  ],
  [
    "{ host: a.example, matches: [{ headers: [{ name: a }] }] }",
    '1:42: "egress.routes[0].matches[0].headers[0].value" is missing',
  ],
  ["{ host: a.example, git: { push: true } }", '1:27: unknown key "push" in "egress.routes[0].git"; allowed: fetch'],
  [
    "{ host: a.example, allow_private: [10.0.0.1/8] }",
    '1:36: "egress.routes[0].allow_private[0]" must be a range such as 10.1.0.0/16, without host bits',
  ],
  [
    "{ host: a.example, allow_private: [localhost] }",
    '1:36: "egress.routes[0].allow_private[0]" must be a range such as 10.1.0.0/16, without host bits',
  ],
  [
    "{ host: a.example, dlp: { outbound_on_match: warn } }",
    '1:46: "egress.routes[0].dlp.outbound_on_match" must be one of supervise, redact, block',
  ],
  [
    "{ host: a.example, limits: { requests_per_minute: 0 } }",
    '1:51: "egress.routes[0].limits.requests_per_minute" must be at least 1',
  ],
];

describe("a bottle that is refused", () => {
  it.each(REFUSED)("%s", (yaml, ...issues) => {
    expect(bottleIssues(yaml)).toEqual(issues);
  });

  it.each(ROUTES)("route %s", (yaml, ...issues) => {
    const prefix = "egress: { routes: [".length;
    const moved = issues.map((issue) =>
      issue.replace(/^1:(\d+)/, (_, column: string) => `1:${Number(column) + prefix}`),
    );
    expect(bottleIssues(`egress: { routes: [${yaml}] }`)).toEqual(moved);
  });

  it("says everything that is wrong at once, in the order of the text", () => {
    const yaml = [
      "resources: { cpus: x }",
      "env: { A: [] }",
      "egress:",
      "  routes:",
      "    - { host: '*', port: 0 }",
    ].join("\n");
    expect(bottleIssues(yaml)).toEqual([
      '1:20: "resources.cpus" must be a number',
      '2:11: "env.A" must be a text or a number or true or false',
      '5:15: "egress.routes[0].host" is not a host: `*` may only stand first and before a dot, as in `*.example.com`',
      '5:26: "egress.routes[0].port" must be at least 1',
    ]);
  });

  it("never repeats a value of env or of a credential", () => {
    const yaml = [
      "env: { A: ['sekrit'], B: '${sekrit!}' }",
      "agent_provider: { auth_token: 'sekrit sekrit' }",
      "egress:",
      "  upstream: { proxy: 'http://u:sekrit@h', proxy_auth_ref: 'sekrit:sekrit' }",
      "  routes: [{ host: a.example, auth: { token_ref: 'sekrit-1' } }]",
    ].join("\n");
    expect(bottleIssues(yaml)).toHaveLength(6);
    expect(bottleIssues(yaml).join("\n")).not.toContain("sekrit");
  });
});
