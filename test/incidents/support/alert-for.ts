import type { KubernetesObject } from '../../../src/cluster/wire.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { before } from './clock.ts';

export type AlertName = 'KubePodNotReady' | 'KubeNetworkPluginError';

/** The alert as Prometheus sends it: of kube-state-metrics for a pod, with a node label for a node. */
export function alertFor(alertname: AlertName, about: KubernetesObject): Alert {
  const { name = '', namespace = '' } = about.metadata ?? {};
  const common = { alertname, severity: 'warning', prometheus: 'monitoring/k8s' };
  const labels =
    about.kind === 'Node'
      ? { ...common, node: name }
      : about.kind === 'Namespace'
        ? { ...common, namespace: name }
        : { ...common, job: 'kube-state-metrics', instance: '10.244.9.9:8080', namespace, pod: name };
  return { alertname, fingerprint: null, status: 'firing', startsAt: before(3), endsAt: null, labels, annotations: {}, generatorUrl: '' };
}
