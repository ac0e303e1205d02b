/** One bottle that a runtime knows, whoever launched it. */
export interface ActiveBottle {
  readonly slug: string;
  readonly backend: string;
  /** undefined for a bottle without a state folder here */
  readonly agent?: string | undefined;
  /** ISO 8601, UTC */
  readonly created: string;
  /** `running`: its command line lives; `left`: it does not; `foreign`: of another installation */
  readonly owner: "running" | "left" | "foreign";
  /** the agent machine runs */
  readonly up: boolean;
}
