import { expect, test } from 'vitest';
import type { Alert } from '../../src/core/alert.ts';
import type { Recording } from '../../src/core/evidence.ts';
import { firstLook } from '../../src/workers/first-look.ts';
import type { Examine } from '../../src/workers/triage.ts';
import { diagnosisFor } from '../support/redis-side.ts';

interface Line {
  readonly level: 'info' | 'warn';
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

const missing = (reason: 'forbidden' | 'not-installed' | 'timeout', why: string) =>
  ({ status: 'missing', reason, why, command: '', durationMs: 1 }) as const;

/** Looks at the clusters through an examination that reads so much; gives what was logged and which alerts it was for. */
async function look(recording: Recording | Error, clusters: readonly (string | null)[] = [null], signal = new AbortController().signal) {
  const lines: Line[] = [];
  const alerts: Alert[] = [];
  const write = (level: Line['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields: fields as Record<string, unknown>, message });
  const examine: Examine = async ({ id, alert }) => {
    alerts.push(alert);
    if (recording instanceof Error) throw recording;
    return { diagnosis: diagnosisFor(id, alert), recording };
  };
  await firstLook({ examine, clusters, timeoutMs: 1_000, signal, log: { info: write('info'), warn: write('warn') } as never });
  return { lines, alerts };
}

test('says that the cluster can be read where nothing is refused', async () => {
  const { lines } = await look({ calico: missing('not-installed', 'there is no Calico'), podRows: missing('timeout', 'still being read') });
  expect(lines).toEqual([{ level: 'info', fields: { cluster: null }, message: 'the cluster can be read' }]);
});

test('warns once of each reason why something cannot be read', async () => {
  const why = 'Reading nodes from https://k8s.example is forbidden (403)';
  const { lines } = await look({ nodes: missing('forbidden', why), node: missing('forbidden', why) });
  expect(lines).toMatchObject([{ level: 'warn', fields: { unread: [why] } }]);
});

test('looks at every cluster, at the whole of it', async () => {
  const { alerts } = await look({}, ['eu-1', 'us-1']);
  expect(alerts.map(({ labels }) => labels)).toEqual([
    { alertname: 'KubeNetworkPluginError', cluster: 'eu-1' },
    { alertname: 'KubeNetworkPluginError', cluster: 'us-1' },
  ]);
});

test('a cluster that cannot be looked at keeps nobody from starting', async () => {
  const { lines } = await look(new Error('the cluster is not diagnosed here'));
  expect(lines).toMatchObject([{ level: 'warn', message: 'the cluster could not be looked at' }]);
});

test('ends in silence when the process ends', async () => {
  const { lines } = await look({}, [null, 'eu-1'], AbortSignal.abort());
  expect(lines).toEqual([]);
});
