import type { Duplex } from "node:stream";
import {
  BotBottleError,
  type ConfiguredSidecar,
  type LaunchContext,
  redactForDisplay,
  type SidecarNetwork,
} from "@bot-bottle/core";
import { openControlChannel } from "./control-channel.ts";
import { asking } from "./errors.ts";
import type { Container } from "./open-exec.ts";
import { sidecarLog } from "./sidecar.ts";

/**
 * Hands a started sidecar its configuration.
 * @param signal ends it, by closing the channel
 * @throws BotBottleError `BB_SIDECAR` with the last lines of the sidecar's log as the hint; `BB_WALL`
 */
export async function configureSidecar(
  sidecar: Container,
  network: SidecarNetwork,
  { sidecar: session }: Pick<LaunchContext, "sidecar">,
  signal: AbortSignal,
): Promise<ConfiguredSidecar> {
  let channel: Duplex | undefined;
  const close = (): void => {
    channel?.destroy();
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    return await session.configure({
      network,
      connect: async () => (channel = await openControlChannel(sidecar)),
      restart: async () => {
        const docker = await sidecar.engine.docker();
        await asking("start the sidecar again", () => docker.getContainer(sidecar.id).restart({ t: 0 }));
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!BotBottleError.is(error) || !["BB_SIDECAR", "BB_BOTTLE_NOT_FOUND"].includes(error.code)) throw error;
    const log = redactForDisplay(await sidecarLog(sidecar)).trim();
    throw new BotBottleError("BB_SIDECAR", error.message, {
      hint: log === "" ? error.hint : `The last lines of its log:\n${log}`,
      cause: error,
    });
  } finally {
    signal.removeEventListener("abort", close); // a restart later on is none of the launch's business
  }
}
