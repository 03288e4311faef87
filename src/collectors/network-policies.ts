import { collector } from './collector.ts';
import { pod } from './pod.ts';
import { byNamespace } from './scopes.ts';
import { policyReading } from './policy-reading.ts';
import { policyKinds, resourceName } from '../cluster/kinds.ts';
import type { Namespace, Pod } from '../cluster/wire.ts';
import { sh } from '../core/shell.ts';
import type { PolicyInputs, Reading } from '../network/policy/policy-index.ts';

/** Every policy that may concern the pod, in the form in which the evaluator takes it. */
export interface PoliciesOfPod {
  readonly policies: PolicyInputs['policies'];
  readonly namespaces: Reading<Namespace>;
  /** Pods of the cluster's DNS, which most pods must reach. */
  readonly dnsPods: Reading<Pod>;
}

const readKinds = [...policyKinds, 'CalicoTier'] as const;

/** The policies of every kind that may select the pod, and the namespaces whose labels they speak of. */
export const networkPolicies = collector({
  name: 'networkPolicies',
  what: 'the network policies',
  shows: ['NetworkPolicy', ...policyKinds],
  scope: byNamespace,
  permissions: [...readKinds.map((kind) => `list ${resourceName(kind)}`), 'list namespaces', 'list pods'],
  command: (target) =>
    target.kind === 'pod' ? sh`kubectl get networkpolicies -n ${target.namespace} -o yaml` : 'kubectl get networkpolicies -A -o yaml',
  async collect({ cluster, read, signal }): Promise<PoliciesOfPod> {
    const namespace = (await read(pod)).pod?.metadata?.namespace;
    const core = await cluster.list('NetworkPolicy', { namespace, signal });
    const others = readKinds.filter((kind) => kind !== 'NetworkPolicy');
    const readings = await Promise.all(
      others.map(async (kind) => [kind, await policyReading<unknown>(() => cluster.list(kind, { signal }))] as const),
    );
    // Of a snapshot without an object of a kind that may well have none, the reader says so itself; tiers are Calico's own then.
    const served = readings.filter(
      ([kind, it]) => it !== undefined && !(kind === 'CalicoTier' && 'unread' in it && cluster.source === 'snapshot'),
    );
    const dns = { namespace: 'kube-system', labelSelector: 'k8s-app in (kube-dns,coredns,node-local-dns)', signal };
    return {
      policies: {
        NetworkPolicy: await policyReading(() => Promise.resolve(core)),
        ...Object.fromEntries(served),
      } as PolicyInputs['policies'],
      namespaces: (await policyReading(() => cluster.list('Namespace', { signal }))) ?? { unread: 'the API serves no namespaces' },
      dnsPods: (await policyReading(() => cluster.list('Pod', dns))) ?? { unread: 'the API serves no pods' },
    };
  },
});
