import { setTimeout as wait } from 'node:timers/promises';
import type { Diagnosis } from '../core/diagnosis.ts';
import type { Recording } from '../core/evidence.ts';
import { isProof, sharesCause, spokenCauses } from '../runbooks/spoken-causes.ts';
import type { SpokenCauses } from '../runbooks/spoken-causes.ts';
import { fewestWaiting } from '../queue/request-confirm.ts';
import type { WatchedAlert } from '../store/annotation-store.ts';
import type { TriageStore } from '../store/triage-store.ts';
import type { AnnotationBook } from './annotation-book.ts';

type Labels = Readonly<Record<string, string>>;

/** Reads a pod and its events, and nothing else. Null where the alert names no pod, or its cluster is not diagnosed here. */
export type LookAtPod = (labels: Labels, signal: AbortSignal) => Promise<Recording | null>;

/** Looks at pods that alerts of one cluster name, which are told beforehand, because many are read otherwise than a few. */
export type LookAtPods = (alerts: readonly Labels[], signal: AbortSignal) => Promise<LookAtPod>;

export interface ConfirmContext {
  readonly triages: Pick<TriageStore, 'get' | 'recording'>;
  readonly annotations: Pick<AnnotationBook, 'undiagnosed' | 'confirmed'>;
  readonly lookAtPods: LookAtPods;
  /** How many triages wait for a worker. */
  readonly triagesWaiting: () => Promise<number>;
  /** Has triages that are still to begin wait until then: this answers for hundreds of them at once. Never rejects. */
  readonly holdTriages: (until: Promise<void>) => void;
  readonly now?: () => Date;
  /** Waits so many milliseconds, or until the signal ends it; a timer unless said otherwise. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const atOnce = 20;
const longestMs = 15_000;
/** A storm comes in many webhooks: so long after the last new alert it is looked for more. */
const lingerMs = 2_000;
const betweenMs = 400;
/** Between the webhooks of one storm is less. */
const pauseMs = 800;
/** What cannot be confirmed is not kept waiting longer, however long the storm lasts. */
const mostHeldMs = 5_000;

/**
 * In a storm, the alerts that wait for their triage are held against a cause that was proven a moment ago: the two cheap
 * reads of their own pod tell whether its events say the same. Those where they do carry the diagnosis at once, as likely; their own
 * triage follows and replaces it. Returns how many. May be repeated.
 */
export async function confirmWaiting(context: ConfirmContext, triage: string, signal: AbortSignal): Promise<number> {
  const proven = await provenBy(context, triage);
  if (proven === null) return 0;
  const { now = () => new Date(), pause = timer } = context;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestMs)]);
  const seen = new Set<string>();
  let confirmed = 0;
  const began = now().getTime();
  let newAt = began;
  using hold = holdOn(context.holdTriages);
  while (!limit.aborted && now().getTime() - newAt < lingerMs) {
    const waiting = (await waitingIn(context, proven)).filter(({ fingerprint }) => !seen.has(fingerprint));
    for (const { fingerprint } of waiting) seen.add(fingerprint);
    if (now().getTime() - began >= mostHeldMs || now().getTime() - newAt >= pauseMs) hold.end();
    else if (waiting.length > 0) hold.begin();
    confirmed += await confirmEach(context, { proven, waiting, limit });
    if (waiting.length > 0) newAt = now().getTime();
    // What comes meanwhile is looked at together: to list what waits takes longer than to look at one of them.
    await pause(betweenMs, limit);
  }
  return confirmed;
}

/** Has triages wait from `begin` until `end`, also over several rounds: those that would slip in between take the time of hundreds of looks. */
function holdOn(holdTriages: ConfirmContext['holdTriages']) {
  let held: PromiseWithResolvers<void> | undefined;
  const end = (): void => {
    held?.resolve();
    held = undefined;
  };
  return {
    begin: (): void => {
      if (held !== undefined) return;
      held = Promise.withResolvers();
      holdTriages(held.promise);
    },
    end,
    [Symbol.dispose]: end,
  };
}

/** The alerts of the proven one's cluster that wait for their triage; none while few do. */
async function waitingIn({ annotations, triagesWaiting }: ConfirmContext, { diagnosis }: Proven): Promise<readonly WatchedAlert[]> {
  if ((await triagesWaiting()) < fewestWaiting) return [];
  return (await annotations.undiagnosed()).filter(({ labels }) => labels['cluster'] === diagnosis.alert.labels['cluster']);
}

/** The signal ends the wait, which is no error. */
const timer = async (ms: number, signal: AbortSignal): Promise<void> => wait(ms, undefined, { signal }).catch(() => undefined);

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
  const { annotations, lookAtPods, now = () => new Date() } = context;
  if (waiting.length === 0) return 0;
  const lookAtPod = await lookAtPods(
    waiting.map(({ labels }) => labels),
    limit,
  );
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
