import { describe, expect, it } from 'vitest';
import type { Kind } from '../../src/cluster/kinds.ts';
import { resourceName } from '../../src/cluster/kinds.ts';
import { ReadError } from '../../src/cluster/reader.ts';
import type { ClusterReader } from '../../src/cluster/reader.ts';
import type { Diagnosis } from '../../src/core/diagnosis.ts';
import { alertFor } from '../incidents/support/alert-for.ts';
import type { AlertName } from '../incidents/support/alert-for.ts';
import { diagnoseCluster } from '../incidents/support/diagnose-cluster.ts';
import { TestCluster } from '../incidents/support/test-cluster.ts';
import { crashLoops } from '../incidents/support/troubles.ts';
import { diagnosisFaults } from './diagnosis-faults.ts';
import { refusing } from './refusing.ts';

/** A Ready pod in a Calico cluster where nothing is wrong, seen by one who may not read some kinds. */
async function healthy(alertname: AlertName, ...refused: readonly (Kind | 'log')[]): Promise<Diagnosis> {
  const cluster = new TestCluster({ plugins: ['calico'] });
  const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
  const { diagnosis } = await diagnoseCluster(cluster, alertFor(alertname, pod), { through: refusing(...refused).through });
  expect(diagnosisFaults(diagnosis)).toEqual([]);
  return diagnosis;
}

async function crashing(...refused: readonly (Kind | 'log')[]): Promise<Diagnosis> {
  const cluster = new TestCluster({ plugins: ['calico'] });
  const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
  crashLoops(cluster, pod, { exitCode: 1, log: ['fatal: cannot parse DATABASE_URL: missing scheme'] });
  const { diagnosis } = await diagnoseCluster(cluster, alertFor('KubePodNotReady', pod), { through: refusing(...refused).through });
  expect(diagnosisFaults(diagnosis)).toEqual([]);
  return diagnosis;
}

const verdictOf = ({ rules }: Diagnosis, runbook: string, number: number): string | undefined =>
  rules.find((rule) => rule.runbook === runbook && rule.number === number)?.verdict;

/** Kinds without which some rule cannot be ruled out for a Ready pod under Calico. */
const decisive: readonly (Kind | 'log')[] = [
  'Pod',
  'Node',
  'Event',
  'log',
  'NetworkPolicy',
  'CalicoNetworkPolicy',
  'CalicoGlobalNetworkPolicy',
  'CalicoIPPool',
  'CalicoIPAMBlock',
];

describe('what may not be read', () => {
  it('nothing of it stands in the way of a cluster in which all may be read', async () => {
    expect((await healthy('KubeNetworkPluginError')).outcome).toBe('recovered');
  });

  it.each([...decisive, 'DaemonSet', 'EndpointSlice'] as const)('is told under unchecked: %s', async (kind) => {
    const { unchecked } = await healthy('KubeNetworkPluginError', kind);
    const resource = kind === 'log' ? 'pods/log' : resourceName(kind);
    expect(unchecked.map(({ why }) => why).join('\n')).toContain(`Reading ${resource} is forbidden (403)`);
  });

  it.each(decisive)('leaves a network alert open: %s', async (kind) => {
    expect((await healthy('KubeNetworkPluginError', kind)).outcome).toBe('inconclusive');
  });

  it.each([
    ['NetworkPolicy', 'PodIPNotReachable', 4],
    ['CalicoGlobalNetworkPolicy', 'PodIPNotReachable', 4],
    ['CalicoIPPool', 'PodIPConflict', 4],
    ['CalicoIPAMBlock', 'PodIPConflict', 4],
    ['CalicoIPAMBlock', 'PodIPConflict', 7],
    ['Node', 'PodIPNotReachable', 7],
    ['log', 'PodIPNotReachable', 6],
  ] as const)('%s leaves rule %s %i unknown', async (kind, runbook, number) => {
    expect(verdictOf(await healthy('KubeNetworkPluginError', kind), runbook, number)).toBe('unknown');
  });

  it('of the logs of the node’s own agent leaves open what it would say, though other logs were read', async () => {
    const cluster = new TestCluster({ plugins: ['calico'] });
    const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
    const agent = cluster.agent('calico', 'worker-2').metadata?.name;
    const through = (reader: ClusterReader): ClusterReader => ({
      ...refusing().through(reader),
      async logs(query) {
        if (query.pod === agent) throw new ReadError('timeout', 'the kubelet did not answer in time');
        return '2026-03-14T10:29:00Z nothing to tell\n';
      },
    });
    const { diagnosis } = await diagnoseCluster(cluster, alertFor('KubeNetworkPluginError', pod), { through });
    expect(diagnosis.unchecked).toContainEqual({
      what: "the network plugin's logs",
      why: 'the kubelet did not answer in time',
      command: expect.stringContaining(`kubectl logs -n kube-system ${agent ?? ''} --all-containers`),
    });
    expect(verdictOf(diagnosis, 'PodIPConflict', 4)).toBe('unknown');
    expect(diagnosis.outcome).toBe('inconclusive');
  });

  it('leaves overlaps unknown where no place that is readable tells the Service range', async () => {
    const cluster = new TestCluster({ plugins: ['calico'] });
    const pod = cluster.runningPod('shop', 'checkout', 'worker-2');
    const looking = { through: refusing('ConfigMap', 'ServiceCIDR').through };
    const { diagnosis } = await diagnoseCluster(cluster, alertFor('KubeNetworkPluginError', pod), looking);
    expect(verdictOf(diagnosis, 'PodIPConflict', 5)).toBe('unknown');
    expect(diagnosis.outcome).toBe('inconclusive');
  });

  it('does not take the cause in the application away where only policies may not be read', async () => {
    expect((await crashing('NetworkPolicy')).rootCause).toMatchObject({ id: 'app-crash-looping', detail: 'exit-code' });
  });

  it('of what a pod that is not Ready refers to leaves its application open, not cleared', async () => {
    const cluster = new TestCluster({ plugins: ['calico'] });
    const waiting = cluster.waitingPod('shop', 'checkout', 'worker-2');
    if (waiting.spec) waiting.spec.volumes = [{ name: 'settings', configMap: { name: 'checkout' } }];
    const { diagnosis } = await diagnoseCluster(cluster, alertFor('KubePodNotReady', waiting), { through: refusing('ConfigMap').through });
    expect(diagnosis.unchecked.map(({ what }) => what)).toContain('what the pod refers to');
    expect(verdictOf(diagnosis, 'PodIPNotReachable', 3)).toBe('unknown');
  });

  it('is never a reason to call an alert about readiness open, when the pod is Ready', async () => {
    expect((await healthy('KubePodNotReady', 'NetworkPolicy', 'CalicoIPPool', 'ConfigMap')).outcome).toBe('recovered');
  });

  it('of a node without agent is unknown, not ruled out', async () => {
    const diagnosis = await healthy('KubeNetworkPluginError');
    expect(diagnosis.unchecked.map(({ what }) => what)).toContain("the node's routes and interfaces");
    expect(verdictOf(diagnosis, 'PodIPNotReachable', 7)).toBe('unknown');
  });
});
