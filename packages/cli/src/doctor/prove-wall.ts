import {
  type BottleBackend,
  BotBottleError,
  type CheckResult,
  endOfSession,
  type ProviderRegistry,
  toError,
} from "@bot-bottle/core";
import type { AttackResult } from "@bot-bottle/core/testing";
import type { Config } from "@bot-bottle/core/manifest";
import type { CommandContext } from "../command.ts";
import { launchHost, prepareHost } from "../compose/hosts.ts";
import { openHostTarget } from "./host-target.ts";
import { PROBE_HOST, ProbeProvider, probeSpec } from "./probe-provider.ts";

/** Each is a Node of a dozen threads; all at once would pass the bottle's limit of processes. */
const ATTACKS_AT_ONCE = 18;
/** The one host that an undeclared name and a DNS question are tried with; it does not exist (RFC 6761). */
const UNDECLARED_HOST = "undeclared.bot-bottle.invalid";

function probeProviders(): ProviderRegistry {
  const provider = new ProbeProvider();
  return { names: [provider.name], get: async () => provider };
}

async function noSecret(): Promise<never> {
  throw new BotBottleError("BB_SECRET_UNAVAILABLE", "The doctor's bottle has no secret.");
}

/** Starts a real bottle with nothing in it and attacks its wall from inside, as root and as the agent. */
export async function proveWall(
  context: CommandContext,
  config: Config,
  backend: BottleBackend,
): Promise<readonly CheckResult[]> {
  const { runAttack, WALL_ATTACKS } = await import("@bot-bottle/core/testing");
  const { ui, signal } = context;
  const providers = probeProviders();
  const { networkPool, baseImage } = config;
  const startedAt = performance.now();
  const whole = (status: CheckResult["status"], detail: string, fix?: string): CheckResult => ({
    id: `${backend.name}.wall`,
    title: `Wall (${backend.name})`,
    status,
    detail,
    fix,
    durationMs: performance.now() - startedAt,
  });
  try {
    const plan = await backend.prepare(probeSpec(context.cwd), prepareHost(context, providers));
    const host = await launchHost(context, { providers, networkPool, baseImage, resolveSecret: noSecret });
    await using target = await openHostTarget();
    const bottle = await backend.launch(plan, { host, signal, reporter: ui.reporter });
    try {
      const targets = {
        hostAddresses: target.addresses,
        hostPort: target.port,
        outside: target.addresses.map((address) => ({ address, port: target.port })),
        otherBottle: [],
        dnsServers: target.addresses,
        dnsSuffix: UNDECLARED_HOST,
        proxy: { host: "egress", port: 9099 },
        declaredHost: PROBE_HOST,
        undeclaredHost: UNDECLARED_HOST,
      };
      ui.reporter.report({ type: "step", step: "wall", title: "Attacking the wall from inside" });
      const waiting = (["agent", "root"] as const).flatMap((user) => WALL_ATTACKS.map((attack) => ({ attack, user })));
      const results: AttackResult[] = [];
      const runSome = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          signal.throwIfAborted();
          results.push(await runAttack(bottle, next.attack, targets, next.user));
        }
      };
      await Promise.all(Array.from({ length: ATTACKS_AT_ONCE }, runSome));
      const open = results.filter((result) => result.open !== undefined);
      if (open.length === 0) return [whole("pass", `${results.length} attacks from inside, none got out`)];
      return open.map((result) => ({
        ...whole(
          "fail",
          `${result.title}: got out by ${result.open ?? ""}`,
          "Do not run agents on this engine; report it with the engine's version.",
        ),
        id: result.id,
      }));
    } finally {
      await endOfSession(bottle, { host, reporter: ui.reporter, discard: true });
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return [whole("fail", toError(error).message, BotBottleError.is(error) ? error.hint : "Please report this.")];
  }
}
