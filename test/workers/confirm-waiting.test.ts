import { expect, test } from 'vitest';
import { failureOf } from '../../bench/cluster/objects.ts';
import { podPlan } from '../../bench/cluster/plan.ts';
import { podObject } from '../../bench/cluster/pods.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import type { Collected, Missing, Recording } from '../../src/core/evidence.ts';
import { observe } from '../../src/facts/events.ts';
import type { WatchedAlert } from '../../src/store/annotation-store.ts';
import type { TriageRecord } from '../../src/store/triage-record.ts';
import { confirmWaiting } from '../../src/workers/confirm-waiting.ts';
import { asAlert, cannedDiagnosis } from '../support/canned-diagnosis.ts';

const size = { nodes: 4, podsPerNode: 50, troubled: 100, since: '2026-03-14T10:25:00Z' };
const now = '2026-03-14T10:30:00.000Z';
const collected = (value: unknown): Collected<unknown> => {
  return { status: 'collected', value, command: '', collectedAt: now, truncated: null, durationMs: 1 };
};
const refused: Missing = { status: 'missing', reason: 'forbidden', why: 'events are forbidden', command: '', durationMs: 1 };

/** What the look at a troubled pod gives: its sandbox fails, in these words. */
function looked(index: number, words = 'error getting ClusterInformation: connection is unauthorized: Unauthorized'): Recording {
  const plan = podPlan(size, index);
  const failure = failureOf(plan);
  const event = observe({ ...failure, message: (failure.message ?? '').replace(/error getting.*/, words) });
  return { pod: collected({ pod: podObject(plan), troubled: [] }), podEvents: collected([event]) };
}

const labelsOf = (index: number): Record<string, string> => {
  const { namespace, name } = podPlan(size, index);
  return { alertname: 'KubePodNotReady', namespace, pod: name };
};
const watched = (index: number, labels = labelsOf(index)): WatchedAlert => {
  const times = { pendingFrom: 0, closeUntil: 0, seenAt: 0, absentSince: null };
  return { fingerprint: `f${index}`, labels, wanted: null, pending: null, listed: true, ...times };
};

const diagnosis = cannedDiagnosis(
  asAlert({ status: 'firing', labels: labelsOf(0), annotations: {}, startsAt: size.since, fingerprint: 'f0' }),
  {
    startedAt: now,
    rootCause: {
      id: 'cni-auth-failure',
      detail: 'unauthorized',
      title: 'Calico is refused',
      confidence: 'certain',
      subject: { kind: 'DaemonSet', namespace: 'kube-system', name: 'calico-node' },
      summary: '',
      evidence: [],
    },
  },
);

interface Storm {
  readonly proven?: Diagnosis;
  readonly waiting: readonly WatchedAlert[];
  readonly looks?: (index: number) => Recording | null;
  readonly triagesWaiting?: number;
  readonly holdTriages?: (until: Promise<void>) => void;
  /** How long a look takes. */
  readonly lookMs?: number;
  /** Alerts that come while the first are looked at. */
  readonly later?: readonly WatchedAlert[];
  readonly onPause?: () => void;
}

/** Confirms what waits beside the diagnosis of pod 0; gives the fingerprints of those that then carry it. */
async function confirm({
  proven = diagnosis,
  waiting,
  looks = looked,
  triagesWaiting = 100,
  holdTriages = () => undefined,
  lookMs = 0,
  later = [],
  onPause = () => undefined,
}: Storm): Promise<readonly string[]> {
  const carrying: string[] = [];
  let time = Date.parse(now);
  await confirmWaiting(
    {
      triages: { get: async () => ({ diagnosis: proven }) as TriageRecord, recording: async () => looked(0) },
      annotations: {
        undiagnosed: async () => (time === Date.parse(now) ? waiting : [...waiting, ...later]),
        confirmed: async ({ fingerprint }) => void carrying.push(fingerprint),
      },
      lookAtPods:
        async () =>
        async ({ pod }) => {
          await Promise.resolve();
          time += lookMs;
          return looks([...waiting, ...later].findIndex(({ labels }) => labels['pod'] === pod) + 1);
        },
      triagesWaiting: async () => triagesWaiting,
      holdTriages,
      now: () => new Date(time),
      pause: async (ms) => {
        time += ms;
        onPause();
      },
    },
    't1',
    new AbortController().signal,
  );
  return carrying;
}

test('alerts whose own events say what was proven carry that diagnosis', async () => {
  expect(await confirm({ waiting: [watched(1), watched(2), watched(3)] })).toEqual(['f1', 'f2', 'f3']);
});

test('alerts that come while a slow cluster is looked at are looked at too', async () => {
  expect(await confirm({ waiting: [watched(1)], later: [watched(2)], lookMs: 5_000 })).toEqual(['f1', 'f2']);
});

test('an alert whose events name another cause waits for its own triage', async () => {
  const looks = (index: number): Recording => looked(index, index === 2 ? 'no addresses available in range set' : undefined);
  expect(await confirm({ waiting: [watched(1), watched(2)], looks })).toEqual(['f1']);
});

test('an alert whose events could not be read waits for its own triage', async () => {
  const looks = (index: number): Recording => ({ ...looked(index), podEvents: refused });
  expect(await confirm({ waiting: [watched(1)], looks })).toEqual([]);
});

test('an alert whose pod has its sandbox waits for its own triage, whatever its events said before', async () => {
  const looks = (index: number): Recording => ({
    ...looked(index),
    pod: collected({ pod: podObject({ ...podPlan(size, index), state: 'running' }), troubled: [] }),
  });
  expect(await confirm({ waiting: [watched(1)], looks })).toEqual([]);
});

test('what is wrong with one node is looked for on that node only', async () => {
  const ofNode = {
    ...diagnosis,
    rootCause: diagnosis.rootCause && { ...diagnosis.rootCause, subject: { kind: 'Node', namespace: null, name: 'worker-0000' } },
  };
  // Pods are dealt out to four nodes in turn.
  const looks = (index: number): Recording => looked(index === 1 ? 4 : index);
  expect(await confirm({ proven: ofNode, waiting: [watched(4), watched(2)], looks })).toEqual(['f4']);
});

test('a diagnosis that is not certain is proof for nobody else', async () => {
  const likely = { ...diagnosis, rootCause: diagnosis.rootCause && { ...diagnosis.rootCause, confidence: 'likely' as const } };
  expect(await confirm({ proven: likely, waiting: [watched(1)] })).toEqual([]);
});

test('alerts of another cluster are left alone', async () => {
  expect(await confirm({ waiting: [watched(1, { ...labelsOf(1), cluster: 'us-1' })] })).toEqual([]);
});

test('a few alerts that wait are left to their own triages', async () => {
  expect(await confirm({ waiting: [watched(1)], triagesWaiting: 5 })).toEqual([]);
});

test('triages that are still to begin are held while alerts are looked at, and not while there are none', async () => {
  const held: unknown[] = [];
  await confirm({ waiting: [watched(1)], holdTriages: (until) => void held.push(until) });
  await confirm({ waiting: [], holdTriages: (until) => void held.push(until) });
  expect(held).toHaveLength(1);
});

test('triages that are held may begin when nothing new has waited for a moment, before the last look for more', async () => {
  const held: string[] = [];
  const holdTriages = (until: Promise<void>): void => void until.then(() => held.push('begin'));
  await confirm({ waiting: [watched(1)], later: [watched(2)], holdTriages, onPause: () => void held.push('pause') });
  expect(held.slice(0, 5)).toEqual(['pause', 'pause', 'pause', 'begin', 'pause']);
  expect(held.filter((what) => what === 'begin')).toHaveLength(1);
});

test('triages that are held begin also where a look fails', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const holdTriages = (until: Promise<void>): void => void until.then(() => resolve('begun'));
  const looks = (): Recording => {
    throw new Error('the look failed');
  };
  await expect(confirm({ waiting: [watched(1)], holdTriages, looks })).rejects.toThrow('the look failed');
  expect(await promise).toBe('begun');
});

test('alerts that come while the others are looked at are looked at too, each once', async () => {
  const waiting = [watched(1)];
  const looks = (index: number): Recording => {
    if (waiting.length < 3) waiting.push(watched(waiting.length + 1));
    return looked(index);
  };
  expect(await confirm({ waiting, looks })).toEqual(['f1', 'f2', 'f3']);
});
