/** Names under which the agent finds its sidecar, and the ports there. */
export const SIDECAR_HOSTS = { egress: "egress", gitGate: "git-gate", supervise: "supervise" } as const;
export const SIDECAR_PORTS = { egress: 9099, gitGate: 9420, supervise: 9100, dns: 53 } as const;
/** Users inside the sidecar; nothing there runs as root after boot. */
export const SIDECAR_UIDS = { proxy: 10001, gitd: 10002 } as const;
/** Only listening socket of a sidecar that has not been configured yet. */
export const CONTROL_SOCKET = "/run/bot-bottle/control.sock";
