/** One attempt to reach a pod's address. */
export interface ProbeAttempt {
  readonly kind: 'tcp' | 'http' | 'https';
  readonly address: string;
  readonly port: number;
  /** Path of an HTTP probe; null otherwise. */
  readonly path: string | null;
}

/**
 * What came of it. `open`: the connection stood, or the server answered. `refused`: something at the address refused, nothing
 * listens. `timeout`, `unreachable`: nothing came back, or the network said so. `error`: it says nothing of the way.
 */
export interface ProbeOutcome extends ProbeAttempt {
  readonly outcome: 'open' | 'refused' | 'timeout' | 'unreachable' | 'tls-error' | 'error';
  /** Whether the TCP connection stood, whatever came then: packets go both ways. */
  readonly connected: boolean;
  /** The operating system's or the server's words. */
  readonly text: string;
  readonly durationMs: number;
}

/** Opens connections from this process, which must itself be a pod of the target's cluster or run on one of its nodes. */
export interface Prober {
  /** Addresses of this process, to be found among the cluster's pods or nodes. */
  readonly ownAddresses: readonly string[];
  /** What its pod is called, if it is one; its addresses must bear it out. */
  readonly ownPod?: { readonly namespace: string; readonly name: string } | null;
  probe(attempt: ProbeAttempt, signal: AbortSignal): Promise<ProbeOutcome>;
}

/** Whether the address answered; a refusal is an answer too. */
export function isAnswer({ outcome, connected }: ProbeOutcome): boolean {
  return connected || outcome === 'refused';
}

/** Whether nothing came back from the address. */
export function isSilence({ outcome, connected }: ProbeOutcome): boolean {
  return !connected && (outcome === 'timeout' || outcome === 'unreachable');
}
