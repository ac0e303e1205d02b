import { Duplex, PassThrough } from "node:stream";
import { AuditChain } from "../audit/chain.ts";
import type { AuditEntry } from "../audit/record.ts";
import { BotBottleError } from "../errors/bot-bottle-error.ts";
import type { AuditHead, ControlMethod, SidecarConfiguration } from "../sidecar/control-protocol.ts";
import { encodeJsonLine, readJsonLines } from "../sidecar/json-lines.ts";

const MAX_BYTES = 1024 * 1024;
const NOWHERE: AuditHead = { count: 0, hash: "0".repeat(64) };

export interface FakeCall {
  readonly method: ControlMethod;
  readonly params: unknown;
}

interface Peer {
  readonly send: (message: object) => void;
  readonly close: () => void;
  isSubscribed: boolean;
}

/** The far end of a control channel: boots closed, is configured once, keeps an audit chain, and can die. */
export class FakeSidecar {
  /** everything that it was asked, restarts included */
  readonly calls: FakeCall[] = [];
  /** methods that it never answers */
  readonly silent = new Set<ControlMethod>();
  /** most lines that it puts in one page */
  maxPageLines = 1000;
  readonly #peers = new Set<Peer>();
  #isUp = true;
  #chain: AuditChain | undefined;
  #firstSeq = 0;
  #lines: string[] = [];

  /** What the host hands to `configure`, once for every start. */
  get configurations(): readonly SidecarConfiguration[] {
    return this.calls.flatMap(({ method, params }) => (method === "configure" ? [params as SidecarConfiguration] : []));
  }

  get head(): AuditHead {
    return this.#chain?.head ?? NOWHERE;
  }

  connect(): Duplex {
    if (!this.#isUp) throw new BotBottleError("BB_SIDECAR", "The fake sidecar is down.");
    const answers = new PassThrough();
    const requests = new PassThrough();
    const connection = Duplex.from({ readable: answers, writable: requests });
    const peer: Peer = {
      send: (message) => answers.write(encodeJsonLine(message)),
      close: () => answers.end(),
      isSubscribed: false,
    };
    this.#peers.add(peer);
    const forget = (): void => {
      this.#peers.delete(peer);
      answers.end();
    };
    readJsonLines(requests, MAX_BYTES, {
      onMessage: (message) => {
        this.#answer(peer, message as FakeCall & { readonly id: number });
      },
      onBroken: forget,
      onEnd: forget,
    });
    requests.on("close", forget);
    return connection;
  }

  /** Writes a record, as a request of the agent would. */
  write(entry: AuditEntry): void {
    if (this.#chain === undefined) throw new TypeError("the fake sidecar is not configured");
    const line = this.#chain.append(entry, new Date());
    this.#lines.push(line);
    this.sendLine(line);
  }

  /** Sends any text as an audit line. */
  sendLine(line: unknown): void {
    for (const { isSubscribed, send } of this.#peers) {
      if (isSubscribed) send({ jsonrpc: "2.0", method: "event", params: { type: "audit", line } });
    }
  }

  /** Breaks every channel off; the sidecar lives on. */
  dropChannels(): void {
    for (const { close } of this.#peers) close();
    this.#peers.clear();
  }

  /** Dies, and takes along what only it knew. */
  crash(): void {
    this.#isUp = false;
    this.#chain = undefined;
    this.#lines = [];
    this.dropChannels();
  }

  /** Starts anew, closed. */
  restart(): void {
    this.crash();
    this.#isUp = true;
  }

  #answer(peer: Peer, { id, method, params }: FakeCall & { readonly id: number }): void {
    this.calls.push({ method, params });
    if (this.silent.has(method)) return;
    const reply = (result: object): void => {
      peer.send({ jsonrpc: "2.0", id, result });
    };
    const refuse = (code: string): void => {
      peer.send({ jsonrpc: "2.0", id, error: { code: -32000, message: `refused: ${code}`, data: { code } } });
    };
    if (method === "health") reply({ configured: this.#chain !== undefined, audit: this.head });
    else if (method === "configure") this.#configure(params as SidecarConfiguration, reply, refuse);
    else if (this.#chain === undefined) refuse("not_configured");
    else if (method === "events.subscribe" || method === "audit.read") {
      const { fromCount } = params as { readonly fromCount: number };
      reply(this.#page(fromCount));
      peer.isSubscribed ||= method === "events.subscribe";
    } else if (method === "audit.end") {
      this.write({ type: "end", count: this.head.count });
      reply(this.#page(this.head.count - 1));
    } else reply({});
  }

  #configure(params: SidecarConfiguration, reply: (result: object) => void, refuse: (code: string) => void): void {
    if (this.#chain !== undefined) {
      refuse("already_configured");
      return;
    }
    const { audit, slug, generation } = params;
    this.#chain = new AuditChain(audit);
    this.#firstSeq = audit.count;
    this.write({ type: audit.restarted ? "restart" : "start", slug, generation, routes: [] });
    reply({ endpoints: { egress: "http://egress:9099", dns: "192.0.2.2" } });
  }

  #page(fromCount: number): object {
    const start = Math.max(0, fromCount - this.#firstSeq);
    return { lines: this.#lines.slice(start, start + this.maxPageLines), head: this.head, dropped: 0 };
  }
}
