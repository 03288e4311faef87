/** Which alert somebody wants triaged: one that is known, or labels of their own. */
export type TriageRequest =
  | { readonly fingerprint: string; readonly reason: string | null }
  | { readonly labels: Readonly<Record<string, string>>; readonly reason: string | null };

/**
 * Queues a triage that somebody asked for, ahead of the alerts and whatever the dedup window says. Null where the fingerprint
 * is unknown. Labels are not checked here. Rejects within two seconds with a QueueUnavailableError while Redis is away.
 */
export type RequestTriage = (request: TriageRequest) => Promise<{ readonly id: string } | null>;
