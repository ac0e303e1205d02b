/** Folder below the guest's `.git` in which the parts of the history travel; gone when the script has run. */
export const IMPORT_DIR = ".git/bot-bottle";

/** Exit codes of both scripts, apart from those of programs. */
export const GUEST_EXIT = { partial: 3, unchanged: 10, noGit: 41, workspace: 42 } as const;

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const SETTINGS = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", "/dev/null"],
  ["core.safecrlf", "false"],
  ["core.compression", "1"],
  ["gc.auto", "0"],
  ["advice.addEmbeddedRepo", "false"],
  ["advice.graftFileDeprecated", "false"],
] as const;
const PERSON = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map((name) => `${name}=bot-bottle`);
const MAIL = ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map((name) => `${name}=bot-bottle@localhost`);

/**
 * Command line of a script in the guest: an environment of its own and a git that reads no configuration of the user,
 * the image or the system, so that filters, hooks and monitors that a repository names are not there.
 */
export function guestArgv(script: string, args: readonly string[]): readonly string[] {
  return [
    ...["/usr/bin/env", "-i", `PATH=${PATH}`, "HOME=/nonexistent", "LC_ALL=C", ...PERSON, ...MAIL],
    ...["GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0"],
    ...["GIT_NO_REPLACE_OBJECTS=1", "GIT_GRAFT_FILE=/dev/null", "GIT_LITERAL_PATHSPECS=1"],
    `GIT_CONFIG_COUNT=${SETTINGS.length}`,
    ...SETTINGS.flatMap(([key, value], index) => [
      `GIT_CONFIG_KEY_${index}=${key}`,
      `GIT_CONFIG_VALUE_${index}=${value}`,
    ]),
    ...["/bin/sh", "-c", script, "sh", ...args],
  ];
}

/**
 * Shell function `snapshot`: puts the working tree into the index that GIT_INDEX_FILE names and prints its tree. A
 * repository inside the working tree would become a bare commit id, and one without a commit would stop git: an entry
 * below its folder makes git take the folder for a plain one. The same with files in the place of a submodule. What
 * cannot be read is left out and marked in $partial.
 */
const SNAPSHOT = `
snapshot() {
  empty=$(git hash-object -w --stdin </dev/null) || return 1
  git ls-files --stage | sed -n 's/^160000 [0-9a-f]* 0	//p' | while IFS= read -r link; do
    if [ -d "$link" ] && [ ! -L "$link" ] && [ -n "$(ls -A -- "$link")" ]; then
      printf '100644 %s\\t%s/.bot-bottle-seed\\0' "$empty" "$link"
    fi
  done >"$seeds"
  find . -path ./.git -prune -o -name .git -prune -exec /bin/sh -c '
    empty=$1
    shift
    for path do
      path=\${path%/.git}
      git check-ignore --quiet -- "\${path#./}" || printf "100644 %s\\t%s/.bot-bottle-seed\\0" "$empty" "\${path#./}"
    done' sh "$empty" {} + >>"$seeds"
  [ ! -s "$seeds" ] || git update-index -z --index-info <"$seeds" || : >"$partial"
  # A file that goes while git looks at it is fatal to all of the others, and nothing of the try is kept.
  for try in 1 2 3 4 5 6 7 8 9 10; do
    git add --all --ignore-errors . >&2
    case $? in
      0) git write-tree && return 0 ;;
      1) : >"$partial" && git write-tree && return 0 ;;
    esac
  done
  return 1
}
`;

/** Keeps what programs say in a file and prints its end only, so that no number of warnings fills the caller's bound. */
const HUSH = `
hush() {
  log=$1
  exec 3>&2 2>"$log"
}
confess() { tail -c 4000 "$log" >&3 2>/dev/null || :; }
`;

const INIT = `
init() {
  case $1 in
    sha256) git init --quiet --template= --object-format=sha256 ;;
    *) git init --quiet --template= ;;
  esac
}
`;

/**
 * Makes the guest's `.git` from what lies in the import folder, with the files already there, and prints the commit that
 * stands for the workspace as it was copied in. Arguments: folder, full name of the branch (empty: detached), head
 * (empty: none), object format, `commit` when the branch is to begin with that commit, then pairs of settings.
 */
export const PROVISION_SCRIPT = `set -eu
umask 022
ws=$1 branch=$2 head=$3 format=$4 begin=$5
shift 5
command -v git >/dev/null 2>&1 || exit ${GUEST_EXIT.noGit}
cd "$ws"
[ ! -e .git/HEAD ] || exit ${GUEST_EXIT.workspace}
in=$ws/${IMPORT_DIR} seeds=$ws/${IMPORT_DIR}/seeds partial=$ws/${IMPORT_DIR}/partial
mkdir -p "$in"
${HUSH}${INIT}${SNAPSHOT}
hush "$in/log"
trap confess EXIT
init "$format" >&2
export GIT_DIR="$ws/.git" GIT_WORK_TREE="$ws"
while [ $# -gt 0 ]; do git config "$1" "$2"; shift 2; done
[ -z "$branch" ] || git symbolic-ref HEAD "$branch"
if [ -n "$head" ]; then
  [ ! -s "$in/shallow" ] || cp "$in/shallow" "$GIT_DIR/shallow"
  git bundle unbundle "$in/history" >/dev/null
  git update-ref --no-deref "\${branch:-HEAD}" "$head"
  git read-tree "$head"
  [ ! -s "$in/added" ] || git add --force --pathspec-from-file="$in/added" --pathspec-file-nul >&2 || :
  [ ! -s "$in/sparse" ] || git update-index -z --skip-worktree --stdin <"$in/sparse" >&2 || :
  git update-index -q --refresh >/dev/null || :
  cp "$GIT_DIR/index" "$in/index"
fi
tree=$(export GIT_INDEX_FILE="$in/index" && snapshot)
base=$(git commit-tree "$tree" \${head:+-p "$head"} -m "Workspace as it was copied in")
git update-ref refs/bot-bottle/base "$base"
if [ "$begin" = commit ]; then
  git update-ref "$branch" "$base"
  cp "$in/index" "$GIT_DIR/index"
fi
rm -rf "$in"
printf '%s\\n' "$base"
`;

/**
 * Writes the work since the base as a bundle to stdout. It works in a git folder of its own that borrows the agent's
 * objects, because the agent's may be broken or configured in any way. Arguments: folder, base, home, and `full`, or
 * `files` for the working tree alone.
 */
export const SALVAGE_SCRIPT = `set -u
umask 077
ws=$1 base=$2 home=$3 mode=$4
command -v git >/dev/null 2>&1 || exit ${GUEST_EXIT.noGit}
{ [ -d "$ws" ] && [ ! -L "$ws" ] && cd "$ws"; } || exit ${GUEST_EXIT.workspace}
dir=
for place in "$ws/.git" "$home" /tmp; do
  case $place/ in "$ws/.git/") ;; "$ws"/*) continue ;; esac
  dir=$(mktemp -d "$place/bot-bottle.XXXXXX" 2>/dev/null) && break
done
[ -n "$dir" ] || exit 1
${HUSH}${INIT}${SNAPSHOT}
hush "$dir/log"
trap 'confess; rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM PIPE
seeds=$dir/seeds partial=$dir/partial
export GIT_DIR="$dir/git" GIT_WORK_TREE="$ws" GIT_INDEX_FILE="$dir/index"
case \${#base} in 64) format=sha256 ;; *) format=sha1 ;; esac
init "$format" >&2 || exit 1
verify() { git rev-parse --quiet --verify "$1^{$2}"; }
finish() {
  git bundle create --quiet - "$@" || exit 1
  [ ! -e "$partial" ] || exit ${GUEST_EXIT.partial}
  exit 0
}
if [ "$mode" = files ]; then
  tree=$(snapshot) || exit 1
  [ -n "$(git ls-files | head -n 1)" ] || exit ${GUEST_EXIT.workspace}
  work=$(git commit-tree "$tree" -m "Files that were left in the workspace") || exit 1
  git update-ref refs/bot-bottle/work "$work" || exit 1
  finish refs/bot-bottle/work
fi
for name in core.autocrlf core.eol core.fileMode; do
  value=$(git config --file .git/config --no-includes --get "$name") && git config "$name" "$value"
done
{ [ -d .git/objects ] && [ -f .git/HEAD ]; } || exit 1
printf '%s\\n' "$ws/.git/objects" >"$GIT_DIR/objects/info/alternates"
for name in HEAD packed-refs shallow refs; do
  [ ! -e ".git/$name" ] || cp -R ".git/$name" "$GIT_DIR/" || exit 1
done
rm -rf "$GIT_DIR/refs/bot-bottle"
verify "$base" commit >/dev/null || exit 1
origin=$(verify "$base^1" commit)
head=$(verify HEAD commit)
stash=$(verify refs/stash commit)
again() { rm -f "$GIT_INDEX_FILE" && git read-tree "\${head:-$base}"; }
{ cp .git/index "$GIT_INDEX_FILE" && git ls-files >/dev/null; } || again || exit 1
tree=$(snapshot) || { again && tree=$(snapshot); } || exit 1
base_tree=$(verify "$base" tree) || exit 1
git update-ref refs/bot-bottle/base "$base" || exit 1
set -- refs/bot-bottle/base
if [ -n "$head" ]; then git update-ref refs/bot-bottle/head "$head" && set -- "$@" refs/bot-bottle/head || exit 1; fi
if [ -n "$stash" ]; then git update-ref refs/bot-bottle/stash "$stash" && set -- "$@" refs/bot-bottle/stash || exit 1; fi
new=$(git rev-list --max-count=1 --branches "$@" --not "$base") || exit 1
if [ "$tree" = "$base_tree" ] && [ -z "$new" ]; then exit ${GUEST_EXIT.unchanged}; fi
if [ "$tree" != "$base_tree" ] && { [ -z "$head" ] || [ "$tree" != "$(verify "$head" tree)" ]; }; then
  parent=$base
  if [ -n "$head" ] && [ "$head" != "$origin" ]; then parent=$head; fi
  work=$(git commit-tree "$tree" -p "$parent" -m "Uncommitted changes that were left in the workspace") || exit 1
  git update-ref refs/bot-bottle/work "$work" && set -- "$@" refs/bot-bottle/work || exit 1
fi
finish --branches "$@" \${origin:+--not "$origin"}
`;
