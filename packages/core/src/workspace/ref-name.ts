const MAX_LENGTH = 200;
// eslint-disable-next-line no-control-regex -- git refuses control characters in names
const COMPONENT = /^(?!\.)(?!.*\.\.)(?!.*\.lock$)(?!.*\.$)[^\u0000-\u0020\u007f~^:?*[\\]+$/;

/** The rule of `git check-ref-format` for a full name such as `refs/heads/x`, with a bound on its length. */
export function isRefName(name: string): boolean {
  if (name.length > MAX_LENGTH || name.includes("@{") || name.includes("\ufffd")) return false;
  const components = name.split("/");
  return components.length > 1 && components.every((component) => component !== "@" && COMPONENT.test(component));
}
