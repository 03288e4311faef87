import { Worker } from 'bullmq';
import type { Cluster, Redis } from 'ioredis';
import type { Logger } from 'pino';
import { type AnnotationJob, queueNames } from '../queue/jobs.ts';
import { missingPeers } from '../sinks/alertmanager/peers.ts';
import { replicaHealth, type ReplicaState } from '../sinks/alertmanager/replica-health.ts';
import type { Replicas } from '../sinks/alertmanager/replicas.ts';
import type { AnnotationStore } from '../store/annotations.ts';
import { runRound } from './annotation-round.ts';
import type { AnnotationRounds } from './annotation-rounds.ts';

/** What the metrics count. */
export interface AnnotationMetrics {
  posted(replica: string, alerts: number): void;
  replicaChanged(replica: string, state: ReplicaState): void;
}

export interface AnnotationWorkerOptions {
  /** With `maxRetriesPerRequest: null`, as BullMQ's workers demand; it stays the caller's. */
  readonly connection: Redis | Cluster;
  readonly prefix?: string;
  readonly store: AnnotationStore;
  readonly rounds: AnnotationRounds;
  /** Stay the caller's. */
  readonly replicas: Replicas;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly metrics?: AnnotationMetrics;
}

/** Two, so that a replica that hangs does not keep the next round waiting. */
const concurrency = 2;
const peersLookedAtEachMs = 300_000;

/** Runs rounds until it is disposed of; a round under way is finished first. Any number of processes may do so at once. */
export async function startAnnotationWorker(options: AnnotationWorkerOptions): Promise<AsyncDisposable> {
  const { connection, prefix = '{podnet}', store, rounds, replicas, log, metrics } = options;
  const health = replicaHealth((replica, state, reason) => {
    metrics?.replicaChanged(replica, state);
    if (state === 'up') log.info({ replica }, 'Alertmanager answers again');
    else log.warn({ replica, reason: reason?.message }, 'Alertmanager does not answer; its alerts are not annotated meanwhile');
  });
  const onPosted = (replica: string, alerts: number): void => metrics?.posted(replica, alerts);
  const lookAtPeers = peerWatch(replicas, log);

  const process = async (): Promise<void> => {
    const next = await runRound({ store, replicas, health, onPosted });
    if (next === null) return;
    await rounds.at(next);
    await lookAtPeers();
  };
  const settings = { lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 10 };
  const worker = new Worker<AnnotationJob>(queueNames.annotation, process, { connection, prefix, concurrency, ...settings });
  worker.on('failed', (job, error) => log.error({ job: job?.id, err: error }, 'A round of annotations failed'));
  worker.on('error', (error) => log.warn({ err: error }, 'The annotation worker has trouble with Redis'));
  await rounds.beat();
  await rounds.at(Date.now());
  return { [Symbol.asyncDispose]: async () => worker.close() };
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
    if (wrong !== null && wrong !== said) log.warn(wrong);
    said = wrong;
  };
}
