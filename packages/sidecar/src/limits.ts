/** Every bound of the sidecar, with what happens past it. Sizes in bytes, times in `ms`. */
export const LIMITS = {
  /** open connections from the agent; one more is dropped unanswered */
  clientConnections: 512,
  /** requests on their way at once; one more is refused with `overloaded` */
  exchanges: 256,
  /** request and status lines and header fields together; more is refused with 431 and the connection closed */
  headerBytes: 64 * 1024,
  /** header fields of a request or an answer; more is refused with 431, or 502 when the upstream sent them */
  headerCount: 200,
  /** from one request's end to the next one's header on a kept connection; then the connection is closed */
  clientIdleMs: 120_000,
  /** from the CONNECT to the end of the TLS handshake inside; then the connection is closed */
  clientHandshakeMs: 15_000,
  /** for the answer after a client has closed its sending side, which is also how a client goes away; then it is cut */
  halfOpenMs: 10_000,
  /** without a byte in either direction of a running request; then both sides are closed (`upstream_timeout`) */
  exchangeIdleMs: 600_000,
  /** an upstream's TCP and TLS handshakes, each address; then the next address, at last `upstream_timeout` */
  connectMs: 10_000,
  /** addresses of one name that are tried; the rest are not */
  connectAttempts: 3,
  /** answer of an upstream to `Expect: 100-continue`; then the body is sent without it */
  continueMs: 1_000,
  /** of a refused request's body, read and thrown away so that the client sees the answer; then the connection is cut */
  drainBytes: 16 * 1024 * 1024,
  /** for the same; then the connection is cut */
  drainMs: 5_000,
  /** body of a request that policy must read, e.g. a Git LFS batch; a longer one is refused with `too_large` */
  inspectedBodyBytes: 1024 * 1024,
  /** such bodies at once; one more is refused with `overloaded` */
  inspectedBodies: 16,
  /** for such a body to arrive; then the request is refused with `too_large` */
  inspectedBodyMs: 30_000,
  /** upstream sockets kept for reuse, all hosts together; the rest are closed */
  idleUpstreamSockets: 64,
  /** life of an unused upstream socket; then it is closed */
  idleUpstreamMs: 15_000,
  /** names in the resolver's cache; the oldest go first */
  resolverEntries: 256,
  /** age of a resolved name; then it is asked again */
  resolverTtlMs: 30_000,
  /** age of a failed resolution */
  resolverFailureTtlMs: 2_000,
  /** time for one resolution; then `unresolved` */
  resolveMs: 10_000,
  /** resolutions on their way; one more is refused with `overloaded` */
  resolutions: 64,
  /** server certificates in memory; the least recently used go first */
  leafCertificates: 256,
  /** layers of Content-Encoding that are decoded on a route with a credential; more is `upstream_failed` */
  contentEncodings: 3,
  /** head of an answer that is scanned, held for its first bytes so that a refusal can still be readable; then sent */
  scannedHeadMs: 50,
  /** secret values shorter than this (UTF-8 bytes) are not looked for in answers; a match would mean nothing */
  shortestScannedSecret: 8,
  /** audit lines in memory; the oldest go first and are counted in a `lost` record */
  spoolBytes: 8 * 1024 * 1024,
  /** lines of one page of `audit.read`, in bytes */
  pageBytes: 1024 * 1024,
  /** bytes waiting for a subscriber that does not read; then its connection is closed */
  subscriberBacklogBytes: 8 * 1024 * 1024,
  /** bytes waiting on stdout; then lines are in the spool only */
  stdoutBacklogBytes: 1024 * 1024,
  /** distinct refusals written whole at once; past that they are counted until the budget has refilled */
  distinctRefusals: 256,
  /** one whole refusal more every so often */
  distinctRefusalRefillMs: 5_000,
  /** refusals or DNS names that are counted apart between two flushes; the rest are counted together */
  foldedKeys: 128,
  /** between flushes of counted records */
  foldMs: 10_000,
  /** control connections; one more is dropped */
  controlConnections: 8,
  /** DNS queries per second of the bottle; more go unanswered and are counted */
  dnsQueriesPerSecond: 50,
  /** DNS connections over TCP; one more is dropped */
  dnsTcpConnections: 16,
  /** silence on a DNS connection over TCP; then it is closed */
  dnsTcpIdleMs: 5_000,
  /** how long an address that must be silent is given to answer */
  wallProbeMs: 100,
} as const;
