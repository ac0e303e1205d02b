/** One line of `doctor`. An expected absence is a result, never a throw. */
export interface CheckResult {
  /** stable, e.g. `docker.engine` */
  readonly id: string;
  readonly title: string;
  readonly status: "pass" | "warn" | "fail" | "skip";
  readonly detail: string;
  /** what to do about it */
  readonly fix?: string | undefined;
  readonly durationMs: number;
}
