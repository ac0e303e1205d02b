import type { LaunchHost, PrepareHost, ProviderRegistry, Secret, SecretRef } from "@bot-bottle/core";
import type { CommandContext } from "../command.ts";
import { readOrMakeOwner } from "./owner.ts";

/** What `prepare` reads of this machine. */
export function prepareHost({ home, userHome, env, ui }: CommandContext, providers: ProviderRegistry): PrepareHost {
  return {
    home,
    userHome,
    env,
    providers,
    warn: (message) => {
      ui.warn(message);
    },
  };
}

export interface LaunchSettings {
  readonly providers: ProviderRegistry;
  readonly networkPool: string;
  readonly baseImage: string | undefined;
  readonly resolveSecret: (ref: SecretRef) => Promise<Secret>;
  readonly watchSecret?: LaunchHost["watchSecret"];
}

/** What `launch` needs of this machine, after consent. */
export async function launchHost({ home, version }: CommandContext, settings: LaunchSettings): Promise<LaunchHost> {
  const [owner, { mintAuthority, sidecarImage }] = await Promise.all([
    readOrMakeOwner(home),
    import("@bot-bottle/sidecar"),
  ]);
  const { providers, networkPool, baseImage, resolveSecret, watchSecret } = settings;
  return {
    home,
    owner,
    providers,
    sidecarImage: sidecarImage(),
    version,
    networkPool,
    baseImage,
    mintAuthority,
    resolveSecret,
    ...(watchSecret === undefined ? {} : { watchSecret }),
  };
}
