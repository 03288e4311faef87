import { setTimeout as wait } from 'node:timers/promises';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Recording } from '../core/evidence.ts';
import { isProof, sharesCause, spokenCauses } from '../runbooks/spoken-causes.ts';
import type { SpokenCauses } from '../runbooks/spoken-causes.ts';
import type { WatchedAlert } from '../store/annotation-store.ts';
import type { TriageStore } from '../store/triage-store.ts';
import type { AnnotationBook } from './annotation-book.ts';

type Labels = Readonly<Record<string, string>>;

/** Reads a pod and its events, and nothing else. Null where the alert names no pod, or its cluster is not diagnosed here. */
export type LookAtPod = (labels: Labels, signal: AbortSignal) => Promise<Recording | null>;

export interface ConfirmContext {
  readonly triages: Pick<TriageStore, 'get' | 'recording'>;
  readonly annotations: Pick<AnnotationBook, 'undiagnosed' | 'confirmed'>;
  readonly lookAtPod: LookAtPod;
  /** How many triages wait for a worker. */
  readonly triagesWaiting: () => Promise<number>;
  readonly now?: () => Date;
}

/** Fewer than these are triaged sooner than looked at twice. */
const fewest = 20;
/** More than triages at once, so that what waits is through with this before it is through with those. */
const atOnce = 30;
const longestMs = 15_000;
/** A storm comes in many webhooks: so long after the last new alert it is looked for more. */
const lingerMs = 2_000;
const betweenMs = 400;

/**
 * In a storm, the alerts that wait for their triage are held against a cause that was proven a moment ago: the two cheap
 * reads of their own pod tell whether its events say the same. Those where they do carry the diagnosis at once, as likely; their own
 * triage follows and replaces it. Returns how many. May be repeated.
 */
export async function confirmWaiting(context: ConfirmContext, triage: string, signal: AbortSignal): Promise<number> {
  const proven = await provenBy(context, triage);
  if (proven === null) return 0;
  const { now = () => new Date() } = context;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  const seen = new Set<string>();
  let confirmed = 0;
  let newAt = now().getTime();
  while (!limit.aborted && now().getTime() - newAt < lingerMs) {
    const waiting = (await waitingIn(context, proven)).filter(({ fingerprint }) => !seen.has(fingerprint));
    for (const { fingerprint } of waiting) seen.add(fingerprint);
    confirmed += await confirmEach(context, { proven, waiting, limit });
    if (waiting.length > 0) newAt = now().getTime();
    else await wait(betweenMs, undefined, { signal: limit }).catch(() => undefined);
  }
  return confirmed;
}

/** The alerts of the proven one's cluster that wait for their triage; none while few do. */
async function waitingIn({ annotations, triagesWaiting }: ConfirmContext, { diagnosis }: Proven): Promise<readonly WatchedAlert[]> {
  if ((await triagesWaiting()) < fewest) return [];
  return (await annotations.undiagnosed()).filter(({ labels }) => labels['cluster'] === diagnosis.alert.labels['cluster']);
}

interface Proven {
  readonly diagnosis: Diagnosis;
  readonly spoken: SpokenCauses;
}

/** The diagnosis and what its pod's events said; null where it proves nothing for others. */
async function provenBy({ triages }: ConfirmContext, triage: string): Promise<Proven | null> {
  const [record, recording] = await Promise.all([triages.get(triage), triages.recording(triage)]);
  const diagnosis = record?.diagnosis ?? null;
  if (diagnosis === null || recording === null || !isProof(diagnosis)) return null;
  const spoken = spokenCauses(recording, { now: diagnosis.startedAt, alertStartsAt: diagnosis.alert.startsAt });
  return spoken === null ? null : { diagnosis, spoken };
}

interface Sweep {
  readonly proven: Proven;
  readonly waiting: readonly WatchedAlert[];
  readonly limit: AbortSignal;
}

async function confirmEach(context: ConfirmContext, { proven, waiting, limit }: Sweep): Promise<number> {
  const { annotations, lookAtPod, now = () => new Date() } = context;
  const next = waiting.values();
  let confirmed = 0;
  const look = async (): Promise<void> => {
    for (const alert of next) {
      if (limit.aborted) return;
      const recording = await lookAtPod(alert.labels, limit);
      const spoken = recording === null ? null : spokenCauses(recording, { now: now().toISOString(), alertStartsAt: null });
      if (spoken === null || !sharesCause(proven.spoken, proven.diagnosis, spoken)) continue;
      await annotations.confirmed(alert, proven.diagnosis);
      confirmed += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, look));
  return confirmed;
}
