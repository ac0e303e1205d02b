import fc from "fast-check";

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { freq: 5 });
const partial = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> =>
  fc.record<T, never>(model, { requiredKeys: [] }) as unknown as fc.Arbitrary<Partial<T>>;

const word = fc.constantFrom("a", "b", "c");
const text = fc.oneof(word, fc.string({ maxLength: 8 }));
const envName = fc.constantFrom("A", "B", "C");
const secretRef = fc.constantFrom("TOKEN", "env:TOKEN", "file:~/t", "prompt:Your token");
const host = fc.constantFrom("a.example", "B.example.", "*.c.example", "bücher.example");

const provider = partial({
  template: word,
  dockerfile: fc.constantFrom("D", "~/D", "/D"),
  auth_token: secretRef,
  settings: fc.dictionary(word, fc.oneof(text, fc.constant(null), fc.integer())),
});
const key = fc.oneof(
  fc.record({ provider: fc.constant("static"), path: word }),
  fc.record({ provider: fc.constant("github"), forge_token_env: secretRef }),
);
const repository = partial({ url: orNull(fc.constantFrom("git@h:x", "ssh://h/y")), key: orNull(key) });
const route = fc.record(
  {
    host,
    port: fc.constantFrom(443, 80, 8443),
    override: fc.boolean(),
    agent_credentials: fc.boolean(),
    matches: fc.array(partial({ methods: fc.array(fc.constantFrom("GET", "post")) }), { maxLength: 2 }),
    websocket: fc.boolean(),
  },
  { requiredKeys: ["host"] },
);

/** Frontmatter of a bottle that the schema accepts, as data; removals and repeated names are frequent. */
export const bottleData = partial({
  env: orNull(fc.dictionary(envName, orNull(fc.oneof(text, fc.integer(), fc.boolean())), { maxKeys: 3 })),
  agent_provider: orNull(provider),
  "git-gate": orNull(
    partial({
      user: orNull(partial({ name: orNull(word), email: orNull(fc.constant("a@b.example")) })),
      repos: orNull(fc.dictionary(fc.constantFrom("a", "b.c"), orNull(repository), { maxKeys: 2 })),
    }),
  ),
  egress: orNull(
    partial({
      log: orNull(fc.constantFrom(0, 1, 2)),
      presets: orNull(fc.array(fc.constantFrom("npm", "go"), { maxLength: 2 })),
      upstream: orNull(partial({ network: orNull(word), proxy: orNull(fc.constant("http://p:3128")) })),
      routes: orNull(fc.array(route, { maxLength: 3 })),
    }),
  ),
  resources: orNull(partial({ cpus: orNull(fc.constantFrom(0.5, 2)), memory: orNull(fc.constant("1GiB")) })),
  workspace: orNull(partial({ mode: orNull(fc.constantFrom("none", "copy")), include_ignored: orNull(fc.boolean()) })),
});

const KEYS =
  "extends env agent_provider git-gate egress routes host auth token_ref matches resources memory repos".split(" ");

/** Data of any shape under keys that manifests use. */
export const looseData = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), secretRef, host),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), tie("tree"), { maxKeys: 4 }),
    fc.array(tie("tree"), { maxLength: 3 }),
  ),
})).tree;
