import type { Alert } from '../core/alert.ts';
import type { Diagnosis } from '../core/diagnosis.ts';
import { describeTarget, targetOf } from '../core/target.ts';
import { confirmedAnnotations, diagnosisAnnotations, failedAnnotations, pendingAnnotations } from '../sinks/alertmanager/annotations.ts';
import type { Replicas } from '../sinks/alertmanager/replicas.ts';
import type { AnnotationStore, Sighting, WatchedAlert } from '../store/annotation-store.ts';
import type { AnnotationRounds } from './annotation-rounds.ts';

/** Says what Alertmanager shall carry on each firing alert; the annotation worker puts it there and keeps it there. */
export interface AnnotationBook {
  /** A webhook names the alert as firing; also for one that is not triaged again. `triage` is the id that the link leads to. */
  watch(alert: Alert, triage?: string): Promise<void>;
  diagnosed(alert: Alert, diagnosis: Diagnosis): Promise<void>;
  /** Its triage died. A diagnosis that the alert has already stays. */
  failed(alert: Alert, why: string, triage?: string): Promise<void>;
  resolved(fingerprint: string): Promise<void>;
  /** Alerts that wait for their diagnosis. */
  undiagnosed(): Promise<readonly WatchedAlert[]>;
  /** Its own pod says what another's diagnosis has proven: it carries that one, as likely, until its own triage is done. */
  confirmed(alert: WatchedAlert, diagnosis: Diagnosis): Promise<void>;
}

export interface AnnotationBookOptions {
  readonly store: AnnotationStore;
  readonly rounds: Pick<AnnotationRounds, 'at'>;
  /** Asked for the alerts of a triage that a person wanted by labels: it knows no fingerprint. */
  readonly replicas: Pick<Replicas, 'firingWith'>;
  readonly publicUrl: string;
  readonly pagerGroupWaitMs: number;
  readonly now?: () => number;
}

/** How long a diagnosis may take before the alert says that it is pending. */
const pendingAfterMs = 3_000;
/** How much later than the first webhook the last replica's timer may start. */
const pagerSlackMs = 2_000;

/** Where ALERTMANAGER_URLS is unset: nothing is written back. */
export const noAnnotationBook: AnnotationBook = {
  watch: () => Promise.resolve(),
  diagnosed: () => Promise.resolve(),
  failed: () => Promise.resolve(),
  resolved: () => Promise.resolve(),
  undiagnosed: () => Promise.resolve([]),
  confirmed: () => Promise.resolve(),
};

/** An annotation book over the store; every entry is stored before a round is asked for. */
export function createAnnotationBook(options: AnnotationBookOptions): AnnotationBook {
  const { store, rounds, replicas, publicUrl, pagerGroupWaitMs, now = Date.now } = options;
  const root = publicUrl.replace(/\/+$/, '');
  const urlOf = (triage: string | undefined): string => (triage === undefined ? `${root}/` : `${root}/triages/${triage}`);

  const sighting = ({ fingerprint, labels }: Pick<Sighting, 'fingerprint' | 'labels'>, triage?: string): Sighting => {
    const seenAt = now();
    const pending = pendingAnnotations({ url: urlOf(triage), at: new Date(seenAt).toISOString() });
    // Counted from the webhook, not from startsAt: the pager's timer starts when its Alertmanager takes the alert in.
    const closeUntil = seenAt + pagerGroupWaitMs + pagerSlackMs;
    return { fingerprint, labels, pending, pendingFrom: seenAt + pendingAfterMs, closeUntil, seenAt };
  };
  const sightings = async ({ fingerprint, labels }: Alert, triage?: string): Promise<readonly Sighting[]> => {
    if (fingerprint !== null) return [sighting({ fingerprint, labels }, triage)];
    // A namespace's triage is not the diagnosis of every pod in it.
    const target = describeTarget(targetOf(labels));
    const firing = (await replicas.firingWith(labels)).filter((listed) => describeTarget(targetOf(listed.labels)) === target);
    return firing.map((listed) => sighting(listed, triage));
  };

  return {
    async watch(alert, triage) {
      const [seen] = alert.fingerprint === null ? [] : await sightings(alert, triage);
      if (seen === undefined) return;
      await store.sight(seen);
      await rounds.at(seen.pendingFrom);
    },
    async diagnosed(alert, diagnosis) {
      const annotations = diagnosisAnnotations(diagnosis, urlOf(diagnosis.id));
      for (const seen of await sightings(alert, diagnosis.id)) await store.want(seen, annotations);
      await rounds.at(now());
    },
    async failed(alert, why, triage) {
      const annotations = failedAnnotations(why, { url: urlOf(triage), at: new Date(now()).toISOString() });
      for (const seen of await sightings(alert, triage)) await store.wantUnlessSaid(seen, annotations);
      await rounds.at(now());
    },
    resolved: async (fingerprint) => store.forget(fingerprint),
    undiagnosed: async () => (await store.all()).filter(({ wanted }) => wanted === null),
    async confirmed(alert, diagnosis) {
      const pointer = { url: alert.pending?.['triage_url'] ?? urlOf(diagnosis.id), at: new Date(now()).toISOString() };
      await store.wantUnlessSaid({ ...alert, pending: alert.pending ?? {} }, confirmedAnnotations(diagnosis, pointer));
      await rounds.at(now());
    },
  };
}
