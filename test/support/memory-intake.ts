import type { Alert } from '../../src/core/alert.ts';
import type { Accepted, Intake } from '../../src/queue/intake.ts';
import { QueueUnavailableError } from '../../src/queue/unavailable.ts';

/** An intake that keeps its alerts in memory: it claims two alert names and counts a firing alert that it holds as deduplicated. */
export interface MemoryIntake extends Intake {
  readonly taken: readonly Alert[];
  readonly origins: readonly string[];
  /** From now on nothing can be stored, as while Redis is away. */
  fail(): void;
  recover(): void;
}

const claimed = new Set(['KubePodNotReady', 'KubeNetworkPluginError']);

export function memoryIntake(): MemoryIntake {
  const taken: Alert[] = [];
  const origins: string[] = [];
  let failing = false;

  const fateOf = (alert: Alert): keyof Omit<Accepted, 'received'> => {
    if (!claimed.has(alert.alertname)) return 'ignored';
    if (alert.status === 'resolved') return 'resolved';
    return taken.some(({ fingerprint, status }) => fingerprint === alert.fingerprint && status === 'firing') ? 'deduplicated' : 'queued';
  };

  return {
    taken,
    origins,
    fail: () => {
      failing = true;
    },
    recover: () => {
      failing = false;
    },
    async accept(alerts, { origin }) {
      if (failing) throw new QueueUnavailableError('nobody listens at redis.internal:6379');
      origins.push(origin);
      const counts = { received: alerts.length, queued: 0, deduplicated: 0, resolved: 0, ignored: 0 };
      for (const alert of alerts) {
        counts[fateOf(alert)] += 1;
        taken.push(alert);
      }
      return counts;
    },
  };
}
