import type { Logger } from 'pino';
import type { Metrics } from '../observability/metrics.ts';
import type { AnnotationJob } from '../queue/jobs.ts';
import type { RedisClient } from '../redis/connection.ts';
import { missingPeers } from '../sinks/alertmanager/peers.ts';
import { type ReplicaHealth, createReplicaHealth } from '../sinks/alertmanager/replica-health.ts';
import type { Replicas } from '../sinks/alertmanager/replicas.ts';
import type { AnnotationStore } from '../store/annotation-store.ts';
import { runRound } from './annotation-round.ts';
import type { AnnotationRounds } from './annotation-rounds.ts';
import { startJobWorker } from './job-worker.ts';

export interface AnnotationWorkerOptions {
  /** A patient connection, which stays the caller's, as do the store, the rounds and the replicas. */
  readonly redis: RedisClient;
  readonly store: AnnotationStore;
  readonly rounds: AnnotationRounds;
  readonly replicas: Replicas;
  /** Alerts that are over, though no webhook said so. */
  readonly onOver?: (fingerprints: readonly string[]) => Promise<void>;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly metrics: Pick<Metrics, 'annotationPosts'>;
}

/** Two, so that a replica that hangs does not keep the next round waiting. */
const concurrency = 2;
const graceMs = 6_000;
const peersLookedAtEachMs = 300_000;

/** Runs rounds until it is disposed of; a round under way is finished first. Any number of processes may do so at once. */
export async function startAnnotationWorker(options: AnnotationWorkerOptions): Promise<AsyncDisposable> {
  const { redis, store, rounds, replicas, onOver, log, metrics } = options;
  const health = watchedHealth(options);
  const lookAtPeers = peerWatch(replicas, log);
  const onPosted = (_: string, alerts: number): void => metrics.annotationPosts.inc({ result: 'posted' }, alerts);
  const onClaimed = async (leaseUntil: number): Promise<void> => rounds.at(leaseUntil);
  const worker = startJobWorker<AnnotationJob>({
    queue: 'annotation',
    redis,
    concurrency,
    graceMs,
    async process() {
      const began = performance.now();
      const next = await runRound({ store, replicas, health, onPosted, onClaimed, ...(onOver !== undefined && { onOver }) });
      if (next === null) return;
      rounds.took(performance.now() - began);
      await rounds.at(next);
      await lookAtPeers();
    },
    async onFailed(job, error) {
      log.error({ job: job.id, err: error }, 'a round of annotations failed');
    },
    onError: (error) => log.warn({ err: error }, 'the annotation worker has trouble with Redis'),
  });
  void beginRounds(rounds, log);
  return worker;
}

/** Not waited for by those who start: while Redis is away both wait for it, and the process has to serve all the same. */
async function beginRounds(rounds: AnnotationRounds, log: Pick<Logger, 'warn'>): Promise<void> {
  try {
    await rounds.beat();
    await rounds.at(Date.now());
  } catch (error) {
    log.warn({ err: error }, 'the rounds of annotations could not be begun; the next alert begins them');
  }
}

/** Says once when a replica goes down, and once when it is back. */
function watchedHealth({ log, metrics }: AnnotationWorkerOptions): ReplicaHealth {
  return createReplicaHealth((replica, state, reason) => {
    if (state === 'up') return log.info({ replica }, 'Alertmanager takes annotations again');
    metrics.annotationPosts.inc({ result: 'failed' });
    return log.warn({ replica, reason: reason?.message }, 'Alertmanager takes no annotations; its pages carry no diagnosis meanwhile');
  });
}

/** Compares the replicas with Alertmanager's own count now and then, and warns when what it finds wrong has changed. */
function peerWatch(replicas: Replicas, log: Pick<Logger, 'warn'>): () => Promise<void> {
  let nextAt = 0;
  let said: string | null = null;
  return async () => {
    if (Date.now() < nextAt) return;
    nextAt = Date.now() + peersLookedAtEachMs;
    const current = await replicas.current();
    const answers = await Promise.allSettled(current.map(async (replica) => replica.status()));
    const statuses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    const wrong = missingPeers(statuses, current.length);
    if (wrong !== null && wrong.what !== said) log.warn({ cure: wrong.cure }, wrong.what);
    said = wrong?.what ?? null;
  };
}
