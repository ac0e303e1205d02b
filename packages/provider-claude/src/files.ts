import type { GuestFile } from "@bot-bottle/core";
import { AUTH_KINDS, type AuthKind } from "./auth-kinds.ts";
import { GUEST_HOME } from "./guest.ts";

/** Characters of an approved key that the program remembers. */
const APPROVED_LENGTH = 20;

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/**
 * The program's state. Trust is written for the workspace itself: a git repository does not inherit it from its parent.
 * Imports of a repository's CLAUDE.md from outside are declined, which is what the question's default would do.
 */
function stateFile(workspacePath: string, kind: AuthKind): GuestFile {
  const approved = [AUTH_KINDS["api-key"].placeholder.slice(-APPROVED_LENGTH)];
  return {
    path: `${GUEST_HOME}/.claude.json`,
    mode: 0o600,
    content: json({
      hasCompletedOnboarding: true,
      projects: {
        [workspacePath]: {
          hasTrustDialogAccepted: true,
          hasClaudeMdExternalIncludesApproved: false,
          hasClaudeMdExternalIncludesWarningShown: true,
        },
      },
      ...(kind === "api-key" ? { customApiKeyResponses: { approved, rejected: [] } } : {}),
    }),
  };
}

/** The wall decides what may be fetched; a lookup at Anthropic of every host name would only tell where the agent goes. */
const settingsFile: GuestFile = {
  path: `${GUEST_HOME}/.claude/settings.json`,
  mode: 0o600,
  content: json({ skipDangerousModePermissionPrompt: true, skipWebFetchPreflight: true }),
};

/** Files that answer every question of the program's start beforehand. */
export function guestFiles(workspacePath: string, kind: AuthKind): readonly GuestFile[] {
  return [stateFile(workspacePath, kind), settingsFile];
}
