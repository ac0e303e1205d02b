/** What a long operation tells whoever watches it. Text from outside is already redacted for display. */
export type ReportEvent =
  | {
      readonly type: "step";
      readonly step: string;
      readonly title: string;
      /** nothing is to be done in it this time: no line of its own for a human */
      readonly idle?: boolean;
    }
  | { readonly type: "step-done"; readonly step: string; readonly durationMs: number }
  | { readonly type: "progress"; readonly step: string; readonly line: string }
  | { readonly type: "warning"; readonly message: string; readonly hint?: string };

export interface Reporter {
  report(event: ReportEvent): void;
}

export const silentReporter: Reporter = { report: () => undefined };
