import { escapeForDisplay } from "@bot-bottle/core";
import { counted } from "../ui/counted.ts";

const DNS_OUTCOMES: Readonly<Record<string, string | undefined>> = {
  denied: "refused",
  over_rate: "too many at once",
};

interface LooseRecord {
  readonly at?: string;
  readonly type?: string;
  readonly method?: string;
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
  readonly query?: readonly string[];
  readonly status?: number;
  readonly code?: string;
  readonly rule?: string;
  readonly count?: number;
  readonly quiet?: boolean;
  readonly name?: string;
  readonly outcome?: string;
  readonly durationMs?: number;
  readonly aborted?: string;
}

function target({ method, host, port, path, query }: LooseRecord): string {
  const at = port === undefined || port === 443 ? (host ?? "") : `${host ?? ""}:${port}`;
  const keys = query === undefined || query.length === 0 ? "" : `?${query.join("&")}`;
  return `${method ?? ""} ${at}${path ?? ""}${keys}`.trim();
}

function describe(record: LooseRecord): string {
  switch (record.type) {
    case "request":
      return `${record.status ?? "-"} ${target(record)}${record.aborted === undefined ? "" : `  (${record.aborted})`}`;
    case "refusal":
      return `refused ${target(record)}  (${record.code ?? ""})`;
    case "refusals":
      return `refused ${target(record)}  (${record.code ?? ""}, ${counted(record.count ?? 0, record.quiet === true ? "request" : "more request")})`;
    case "dns":
      return `DNS ${DNS_OUTCOMES[record.outcome ?? ""] ?? record.outcome ?? ""} ${record.name ?? ""}  (${counted(record.count ?? 0, "question")})`;
    case "end":
      return record.count === undefined ? "end" : `end  (${counted(record.count, "record")} before it)`;
    default:
      return `${record.type ?? "?"}${record.count === undefined ? "" : ` ${record.count}`}`;
  }
}

/** One record of a trail for people; a line that is no record is shown as it is. */
export function renderRecord(line: string): string {
  try {
    const record = JSON.parse(line) as LooseRecord;
    return escapeForDisplay(`${record.at ?? ""}  ${describe(record)}`);
  } catch {
    return escapeForDisplay(line);
  }
}
