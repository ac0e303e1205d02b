/** A refusal of a control method; code and text reach the host, and hold no value that was sent. */
export class ControlError extends Error {
  readonly code: string;

  constructor(
    code: "invalid_params" | "already_configured" | "not_configured" | "wall_open" | "ended" | "internal",
    message: string,
  ) {
    super(message);
    this.code = code;
  }
}
