/** Every path that a server may see in one request path, or why none may be assumed. */
export type PathReadings =
  | {
      readonly kind: "read";
      /** the path as sent, hex digits of escapes in upper case; always the first reading */
      readonly raw: string;
      /** without repeats */
      readonly readings: readonly string[];
    }
  | { readonly kind: "refused"; readonly why: string };

const MAX_PATH_LENGTH = 4096;
const MAX_READINGS = 48;
const MAX_DECODES = 2;

/** One segment is `.` or `..`, alone or padded with blanks that some servers trim. */
const DOT_SEGMENT = /(?:^|\/)\s*\.{1,2}\s*(?:\/|$)/;
const ESCAPE_RUN = /(?:%[0-9A-Fa-f]{2})+/g;
const ESCAPE = /%[0-9A-Fa-f]{2}/;
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/;
const WIDE_ESCAPE = /%u[0-9A-Fa-f]{4}/i;
const NOT_SENT_IN_A_PATH = /[^\x21-\x7e]|[?#]/;
const CONTROL = /\p{Cc}/u;
const NOT_ASCII = /[^\p{ASCII}]/u;

const refused = (why: string): PathReadings => ({ kind: "refused", why });

/** Throws URIError for bytes that are not UTF-8, overlong forms of `.` and `/` among them. */
const decode = (text: string): string => text.replace(ESCAPE_RUN, decodeURIComponent);

/** Ways in which servers are known to rewrite a path before they look at it. */
const REWRITES: readonly ((path: string) => string)[] = [
  (path) => path.replaceAll("\\", "/"),
  (path) => path.replace(/\/{2,}/g, "/"),
  (path) => path.replace(/;[^/]*/g, ""),
  (path) => path.replace(/[?#].*$/s, ""),
  (path) => (NOT_ASCII.test(path) ? path.normalize("NFKC") : path),
];

/** True for a path that has only one reading; the common case, in one pass without a regular expression. */
function isPlain(path: string): boolean {
  let previous = 0x2f;
  for (let index = 1; index < path.length; index++) {
    const code = path.charCodeAt(index);
    if (code <= 0x20 || code >= 0x7f) return false;
    if (code === 0x23 || code === 0x25 || code === 0x3b || code === 0x3f || code === 0x5c) return false;
    if (previous === 0x2f && (code === 0x2f || code === 0x2e)) return false;
    previous = code;
  }
  return path.charCodeAt(0) === 0x2f;
}

interface Reading {
  readonly path: string;
  readonly decodes: number;
}

function successors({ path, decodes }: Reading): Reading[] {
  const rewritten = REWRITES.map((rewrite) => ({ path: rewrite(path), decodes }));
  return decodes < MAX_DECODES ? [...rewritten, { path: decode(path), decodes: decodes + 1 }] : rewritten;
}

function problemOf({ path, decodes }: Reading): string | undefined {
  if (CONTROL.test(path)) return "it has a control byte";
  if (DOT_SEGMENT.test(path)) return "it has a dot segment";
  if (WIDE_ESCAPE.test(path)) return "it has an escape of the form %uXXXX";
  return decodes === MAX_DECODES && ESCAPE.test(path) ? "it is encoded more than twice" : undefined;
}

function collect(raw: string): PathReadings {
  const queue: Reading[] = [{ path: raw, decodes: 0 }];
  const seen = new Set<string>();
  const readings = new Set<string>();
  for (let reading = queue.pop(); reading !== undefined; reading = queue.pop()) {
    const key = `${reading.decodes}${reading.path}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const why = problemOf(reading);
    if (why !== undefined) return refused(why);
    readings.add(reading.path);
    if (readings.size > MAX_READINGS) return refused("it can be read in too many ways");
    queue.push(...successors(reading));
  }
  return { kind: "read", raw, readings: [...readings] };
}

/**
 * Lists every reading of a request path: as sent, decoded once and twice, `\` as `/`, `//` merged, `;params` cut, an
 * encoded query cut, compatibility characters folded, and every order of these. Refused, since no server can be trusted
 * to read them as we do: a dot segment in any reading, control bytes, `%` without two hex digits, `%uXXXX`, escapes
 * that are not UTF-8, more than two levels of encoding, more than 4096 characters. Never throws.
 * @param path path of an origin-form target, without the query
 */
export function readPath(path: string): PathReadings {
  if (path.length > MAX_PATH_LENGTH) return refused(`it is longer than ${MAX_PATH_LENGTH} characters`);
  if (isPlain(path)) return { kind: "read", raw: path, readings: [path] };
  if (!path.startsWith("/")) return refused("it does not begin with a slash");
  if (NOT_SENT_IN_A_PATH.test(path)) return refused("it has a character that must be percent-encoded");
  if (BROKEN_ESCAPE.test(path)) return refused("it has a percent sign that is not an escape");
  try {
    return collect(path.replace(ESCAPE_RUN, (run) => run.toUpperCase()));
  } catch {
    return refused("it has an escape that is not UTF-8");
  }
}
