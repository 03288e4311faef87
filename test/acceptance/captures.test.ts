import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pod } from '../../src/cluster/wire.ts';
import { layouts, writeSnapshot } from '../incidents/support/snapshot-layouts.ts';
import { TestCluster } from '../incidents/support/test-cluster.ts';
import { crashLoops } from '../incidents/support/troubles.ts';
import { captures, writeCapture } from './captures.ts';
import { diagnose, printed } from './diagnose-command.ts';
import { diagnosisFaults } from './diagnosis-faults.ts';

const refused = [
  '2026-03-14 10:28:50.114 [ERROR][9] startup/startup.go 158: failed to query kubeadm config map error=Unauthorized',
  '2026-03-14 10:28:50.115 [ERROR][9] cni-config-monitor/token_watch.go 108: Failed to update CNI token error=Unauthorized',
  '2026-03-14 10:28:50.116 [ERROR][9] startup/startup.go 480: Unable to get node resource error=connection is unauthorized: Unauthorized Node="worker-2"',
];

/** Calico's agent on the node is refused, and only its log says so: without the log the cause would be another. */
function refusedCluster(): { cluster: TestCluster; pod: Pod } {
  const cluster = new TestCluster({ plugins: ['calico'] });
  crashLoops(cluster, cluster.agent('calico', 'worker-2'), { container: 'calico-node', restarts: 21, log: refused });
  return { cluster, pod: cluster.waitingPod('shop', 'checkout', 'worker-2') };
}

let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'captures-'));
});
afterAll(async () => rm(directory, { recursive: true }));

async function causeIn(folder: string, pod: Pod): Promise<unknown> {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const target = ['--alertname', 'KubePodNotReady', '--namespace', namespace, '--pod', name];
  const ran = await diagnose(['--snapshot', join(directory, folder), ...target, '--output', 'json']);
  expect([ran.status, ran.err]).toEqual([0, '']);
  expect(diagnosisFaults(printed(ran))).toEqual([]);
  const { rootCause } = printed(ran);
  return { id: rootCause?.id, detail: rootCause?.detail, subject: rootCause?.subject.kind };
}

const cause = { id: 'cni-auth-failure', detail: 'unauthorized', subject: 'DaemonSet' };

describe('one cluster, captured in many ways, has one cause', () => {
  it.each(layouts)('%s', async (layout) => {
    const { cluster, pod } = refusedCluster();
    await writeSnapshot(cluster, join(directory, layout), layout);
    expect(await causeIn(layout, pod)).toEqual(cause);
  });

  it.each(Object.entries(captures))('%s', async (name, filesOf) => {
    const { cluster, pod } = refusedCluster();
    await writeCapture(join(directory, name), filesOf(cluster));
    expect(await causeIn(name, pod)).toEqual(cause);
  });

  it.each(['a support bundle', 'a must-gather'] as const)('%s whose logs say it only of the run before', async (name) => {
    const { cluster, pod } = refusedCluster();
    const agent = cluster.agent('calico', 'worker-2');
    cluster.log(agent, 'calico-node', '2026-03-14T10:29:50.000Z startup/startup.go 485: Starting node\n');
    const folder = `${name}, previous`;
    await writeCapture(join(directory, folder), captures[name](cluster));
    expect(await causeIn(folder, pod)).toEqual(cause);
  });
});
