/** What makes a changed file run, or be obeyed, on the host without being started by name. */
export type RiskTrigger = "git" | "editor" | "shell" | "install" | "build" | "ci" | "agent";

const RULES: readonly (readonly [RiskTrigger, RegExp])[] = [
  [
    "git",
    /(^|\/)(\.gitattributes|\.gitmodules|\.gitconfig|\.lfsconfig|\.pre-commit-config\.ya?ml|\.?lefthook(-local)?\.(ya?ml|toml|json))$/,
  ],
  ["git", /(^|\/)(\.githooks|\.husky|hooks|\.overcommit\.yml|\.git-hooks)(\/|$)/],
  ["editor", /(^|\/)(\.vscode|\.idea|\.zed|\.fleet|\.devcontainer|\.vs|\.nvim|\.settings)\//],
  [
    "editor",
    /(^|\/)(\.devcontainer\.json|\.exrc|\.vimrc|\.nvimrc|\.nvim\.lua|\.dir-locals\.el|\.editorconfig)$|\.(code-workspace|sublime-project)$/,
  ],
  [
    "shell",
    /(^|\/)(\.envrc|\.env(\..+)?|\.tool-versions|\.?mise(\..+)?\.toml|\.autoenv(\..+)?|flake\.nix|shell\.nix|default\.nix|devbox\.json|\.bashrc|\.zshrc|\.profile)$/,
  ],
  [
    "install",
    /(^|\/)(package\.json|\.npmrc|\.yarnrc(\.yml)?|\.?pnpmfile\.c?[jm]?js|pnpm-workspace\.yaml|binding\.gyp|bunfig\.toml|deno\.jsonc?)$/,
  ],
  ["install", /(^|\/)(package-lock\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|npm-shrinkwrap\.json)$|(^|\/)\.yarn\//],
  [
    "install",
    /(^|\/)(setup\.(py|cfg)|pyproject\.toml|conftest\.py|tox\.ini|noxfile\.py|sitecustomize\.py|Gemfile|Rakefile|.+\.gemspec|composer\.json)$/,
  ],
  ["install", /\.pth$/],
  [
    "build",
    /(^|\/)(GNUmakefile|[Mm]akefile|[Jj]ustfile|Taskfile\.ya?ml|CMakeLists\.txt|meson\.build|build\.rs|Cargo\.toml|configure(\.ac)?|wscript|SConstruct|WORKSPACE|MODULE\.bazel|BUILD(\.bazel)?)$/,
  ],
  [
    "build",
    /(^|\/)(gradlew(\.bat)?|mvnw(\.cmd)?|pom\.xml|Directory\.Build\.(props|targets)|Dockerfile(\..+)?|(docker-)?compose(\..+)?\.ya?ml)$/,
  ],
  [
    "build",
    /(^|\/)(\.cargo|\.mvn|gradle\/wrapper)\/|\.(mk|gradle|gradle\.kts|targets|csproj|vcxproj)$|(^|\/)[^/]+\.config\.[cm]?[jt]s$|(^|\/)\.babelrc(\..+)?$|(^|\/)\.eslintrc\.[cm]?js$/,
  ],
  ["ci", /(^|\/)\.(github|gitea|forgejo)\/(workflows|actions)\/|(^|\/)action\.ya?ml$/],
  ["ci", /(^|\/)\.(circleci|buildkite|woodpecker|gitlab|azure-pipelines|tekton|ci)\//],
  [
    "ci",
    /(^|\/)(\.gitlab-ci\.yml|\.travis\.yml|\.drone\.ya?ml|\.woodpecker\.ya?ml|\.cirrus\.yml|azure-pipelines\.ya?ml|bitbucket-pipelines\.yml|appveyor\.yml|Jenkinsfile(\..+)?|cloudbuild\.ya?ml|\.appveyor\.yml)$/,
  ],
  ["agent", /(^|\/)\.(claude|codex|cursor|gemini|windsurf|continue|aider|bot-bottle|roo|cline)(\/|\.|$)/],
  [
    "agent",
    /(^|\/)(\.mcp\.json|CLAUDE(\.local)?\.md|AGENTS\.md|GEMINI\.md|\.cursorrules|\.windsurfrules|copilot-instructions\.md)$/,
  ],
];

/** The first reason for which a change of this path acts on the host by itself later; undefined for none. */
export function riskOfPath(path: string): RiskTrigger | undefined {
  return RULES.find(([, pattern]) => pattern.test(path))?.[0];
}

/** A link in a repository whose target lies outside of it. @param path of the link, relative to the top */
export function leavesRepository(path: string, target: string): boolean {
  if (target.startsWith("/")) return true;
  let depth = path.split("/").length - 1;
  for (const part of target.split("/")) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return target.split("/").includes(".git");
}
