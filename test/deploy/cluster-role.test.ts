import { describe, expect, it } from 'vitest';
import { type Kind, kinds } from '../../src/cluster/kinds.ts';
import { connectCluster } from '../../src/cluster/live/connect-cluster.ts';
import { openSnapshot } from '../../src/cluster/snapshot/open-snapshot.ts';
import { apiHealth } from '../../src/compose/api-health.ts';
import { ClusterView } from '../../src/collectors/cluster-view.ts';
import type { Alert } from '../../src/core/alert.ts';
import type { ApiRequest } from '../../src/demo/kubernetes-api/route.ts';
import { removeKubeconfig, startKubernetesApi, writeKubeconfig } from '../../src/demo/kubernetes-api/start-kubernetes-api.ts';
import { recordingDirectory } from '../../src/demo/recorded-cluster.ts';
import { examine } from '../../src/workers/examine.ts';
import { ofKind } from './support/manifests.ts';

const rules = ofKind('ClusterRole').flatMap(({ rules = [] }) => rules);

function isGranted({ verb, group, resource, subresource }: ApiRequest): boolean {
  const name = subresource === undefined ? resource : `${resource}/${subresource}`;
  return rules.some(({ apiGroups, resources, verbs }) => apiGroups.includes(group) && resources.includes(name) && verbs.includes(verb));
}

function alertAbout(labels: Record<string, string>): Alert {
  const common = { fingerprint: null, status: 'firing', startsAt: null, endsAt: null, annotations: {}, generatorUrl: '' } as const;
  return { ...common, alertname: 'KubePodNotReady', labels: { alertname: 'KubePodNotReady', ...labels } };
}

describe('a worker with the shipped role', () => {
  it('is refused nothing that a triage asks for, whatever plugins are installed', { timeout: 60_000 }, async () => {
    const recording = await openSnapshot(recordingDirectory);
    const { items } = await recording.list('Pod');
    const troubled = items.filter(({ status }) => status?.phase !== 'Succeeded' && status?.containerStatuses?.some(({ ready }) => !ready));
    const refused: string[] = [];
    const forbid = (request: ApiRequest): boolean => {
      const granted = isGranted(request);
      if (!granted) refused.push(`${request.verb} ${request.resource}.${request.group}`);
      return !granted;
    };
    const api = await startKubernetesApi(recording, { forbid, installed: Object.keys(kinds) as Kind[] });
    const kubeconfig = await writeKubeconfig(api.url);
    const cluster = await connectCluster({ kubeconfig });
    try {
      expect(await apiHealth(cluster)()).toEqual({ up: true });
      const targets = [
        ...troubled.map(({ metadata }) => ({ namespace: metadata?.namespace ?? '', pod: metadata?.name ?? '' })),
        { namespace: 'shop', pod: 'checkout-gone-x2x9k' },
        { node: 'worker-3' },
      ];
      for (const labels of targets) {
        const view = new ClusterView({ maxAgeMs: 0 });
        await examine(alertAbout(labels), { cluster, clusterName: null, view, signal: AbortSignal.timeout(20_000) });
      }
    } finally {
      await cluster.close();
      await api.close();
      await removeKubeconfig(kubeconfig);
    }

    expect(troubled.length).toBeGreaterThan(2);
    expect(api.requests.all.length).toBeGreaterThan(50);
    expect([...new Set(refused)]).toEqual([]);
  });
});
