import { openQueues, type Queues } from '../../src/queue/queues.ts';
import { closeRedis, connectRedis, type RedisClient } from '../../src/redis/connection.ts';
import { openAlertStore } from '../../src/store/alert-store.ts';
import type { IncidentStore } from '../../src/store/incident-store.ts';
import { openIncidentStore } from '../../src/store/incidents.ts';
import { openTriageStore } from '../../src/store/triages.ts';
import { noAnnotationBook } from '../../src/workers/annotation-book.ts';
import type { BatchContext } from '../../src/workers/deal-out.ts';
import { startRedis } from './redis.ts';

const retentionMs = 3_600_000;

/** What webhooks are dealt out with, over a Redis of its own; nothing works the triages off. */
export interface Dealing extends AsyncDisposable {
  readonly redis: RedisClient;
  readonly queues: Queues;
  readonly context: Omit<BatchContext, 'alerts' | 'triages' | 'incidents'> & {
    readonly alerts: ReturnType<typeof openAlertStore>;
    readonly triages: ReturnType<typeof openTriageStore>;
    readonly incidents: IncidentStore;
  };
}

export async function openDealing(): Promise<Dealing> {
  const server = await startRedis();
  const redis = connectRedis(server.url, { patience: 'patient', onError: () => undefined });
  const queues = openQueues(redis, () => undefined);
  return {
    redis,
    queues,
    context: {
      alerts: openAlertStore(redis, { retentionMs, dedupWindowMs: 900_000 }),
      triages: openTriageStore(redis, { retentionMs }),
      incidents: openIncidentStore(redis, { retentionMs, quietMs: 900_000 }),
      annotations: noAnnotationBook,
      announce: async () => undefined,
      queue: queues.triage,
      pagerGroupWaitMs: 30_000,
    },
    async [Symbol.asyncDispose]() {
      await queues[Symbol.asyncDispose]();
      await closeRedis(redis);
      await server.close();
    },
  };
}
