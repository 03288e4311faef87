/** One attempt to reach a pod's address. */
export interface ProbeAttempt {
  readonly kind: 'tcp' | 'http' | 'https';
  readonly address: string;
  readonly port: number;
  /** Path of an HTTP probe; null otherwise. */
  readonly path: string | null;
}

/** What came of it. `refused`: the address answered, nothing listens. `timeout`, `unreachable`: nothing came back. */
export interface ProbeOutcome extends ProbeAttempt {
  readonly outcome: 'open' | 'refused' | 'timeout' | 'unreachable' | 'tls-error' | 'error';
  /** The operating system's or the server's words. */
  readonly text: string;
  readonly durationMs: number;
}

/** Opens connections from this process, which must itself be a pod of the target's cluster or run on one of its nodes. */
export interface Prober {
  /** Addresses of this process, to be found among the cluster's pods or nodes. */
  readonly ownAddresses: readonly string[];
  probe(attempt: ProbeAttempt, signal: AbortSignal): Promise<ProbeOutcome>;
}
