export interface RefusalDetails {
  /** Headers of the answer, e.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log. */
  readonly cause?: unknown;
}

/** A request that is refused for a reason that its sender may know. The error handler shows the message as it stands. */
export class Refusal extends Error {
  readonly statusCode: number;
  readonly expose = true;
  readonly headers: Readonly<Record<string, string>>;

  constructor(statusCode: number, message: string, { headers = {}, cause }: RefusalDetails = {}) {
    super(message, { cause });
    this.name = 'Refusal';
    this.statusCode = statusCode;
    this.headers = headers;
  }
}
