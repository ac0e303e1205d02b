import { BotBottleError } from "@bot-bottle/core";

/** Environment variables by which the processes of one exec, and of one named session, are found again. */
export const EXEC_MARK = "BOT_BOTTLE_EXEC";
const SESSION_MARK = "BOT_BOTTLE_SESSION";

const NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** Mark of a named session; its ends are marked too, because it is looked for as a part of an environment. */
export function sessionMark(session: string): string {
  if (!NAME.test(session)) throw new TypeError(`"${session}" is no session name`);
  return `${SESSION_MARK}=:${session}:`;
}

/**
 * Ends every process whose environment has the mark `$1`, everything in their sessions and all their descendants: first
 * a request to end, after `$2` rounds of 50 ms by force, stopped before so that none can fork away. It runs as the same
 * user as they do, because root without capabilities may neither read their environment nor signal them; whoever
 * tricks it tricks himself. Needs sh, grep and sleep. Where no process can be made any more, which is the end of a shell,
 * everything of that user is ended at once; not of root, whose first process is the machine's.
 */
const SCRIPT = String.raw`
found=' ' over=
while read -r key uid line; do [ "$key" = Uid: ] && break; done </proc/self/status
trap '[ -n "$over" ] || [ "\${uid:-0}" = 0 ] || { kill -KILL -1; exit 0; }' EXIT
finish() { over=1; exit "$1"; }
add() { case $found in *" $1 "*) return 1;; esac; [ "$1" -gt 1 ] && [ "$1" != $$ ] && found="$found$1 "; }
stat() { line=; { IFS= read -r line <"/proc/$1/stat"; } 2>/dev/null; line=\${line##*) }; [ -n "$line" ]; }
look() {
  for file in $(grep -lsF -e "$1" /proc/[0-9]*/environ 2>/dev/null); do pid=\${file#/proc/}; add "\${pid%/environ}"; done
  [ "$found" = ' ' ] && return
  sessions=' '
  for pid in $found; do if stat "$pid"; then set -- $line; [ "$4" -gt 1 ] && sessions="$sessions$4 "; fi; done
  more=1
  while [ -n "$more" ]; do
    more=
    for dir in /proc/[0-9]*; do
      pid=\${dir#/proc/}; stat "$pid" || continue
      set -- $line
      [ "$1" = Z ] && continue
      case $found in *" $2 "*) add "$pid" && more=1; continue;; esac
      case $sessions in *" $4 "*) add "$pid" && more=1;; esac
    done
  done
}
alive() { left=' '; for pid in $found; do if stat "$pid"; then case $line in Z*|X*) ;; *) left="$left$pid ";; esac; fi; done; found=$left; }
round=0
while [ $round -lt 100 ]; do
  alive; look "$1"; alive
  [ "$found" = ' ' ] && finish 0
  if [ $round -eq 0 ] && [ "$2" -gt 0 ]; then kill -TERM $found 2>/dev/null
  elif [ $round -ge "$2" ]; then
    before=
    while [ "$before" != "$found" ]; do before=$found; kill -STOP $found 2>/dev/null; look "$1"; done
    kill -KILL $found 2>/dev/null
  fi
  sleep 0.05
  round=$((round + 1))
done
finish 1
`.replaceAll("\\${", "${");

/** Rounds of 50 ms in which processes may end by themselves. */
const GRACE_ROUNDS = 10;

/** Program and arguments that end everything that carries a mark. @param gentle gives half a second to end by itself */
export function endTreeCommand(mark: string, gentle: boolean): readonly string[] {
  return ["/bin/sh", "-c", SCRIPT, "sh", mark, String(gentle ? GRACE_ROUNDS : 0)];
}

export function notEnded(what: string): BotBottleError {
  return new BotBottleError("BB_PROVISION", `Not every process of ${what} in the bottle could be ended.`, {
    hint: "End the bottle: its machine takes all processes with it.",
  });
}
