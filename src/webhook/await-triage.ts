import { setTimeout as delay } from 'node:timers/promises';
import type { TriageRecord } from '../store/triage-record.ts';
import type { TriageStore } from '../store/triage-store.ts';

const pauseMs = 100;

/**
 * The record of a triage as soon as it has ended, else as it stands after `ms` or when `signal` ends the wait. Null while the
 * store does not answer.
 */
export async function awaitTriage(
  triages: Pick<TriageStore, 'get'>,
  id: string,
  limits: { readonly ms: number; readonly signal: AbortSignal },
): Promise<TriageRecord | null> {
  const until = Date.now() + limits.ms;
  for (;;) {
    const record = await triages.get(id).catch(() => null);
    const ended = record !== null && record.status !== 'queued' && record.status !== 'running';
    if (ended || limits.signal.aborted || Date.now() >= until) return record;
    // The signal ends the wait, which is no error.
    await delay(Math.min(pauseMs, Math.max(1, until - Date.now())), undefined, { signal: limits.signal }).catch(() => undefined);
  }
}
