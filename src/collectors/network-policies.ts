import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { pod } from './pod.ts';
import { policyKinds, resourceName } from '../cluster/kinds.ts';
import type { Kind, Kinds } from '../cluster/kinds.ts';
import { ReadError } from '../cluster/reader.ts';
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
  scope: 'target',
  permissions: [...readKinds.map((kind) => `list ${resourceName(kind)}`), 'list namespaces', 'list pods'],
  command: (target) =>
    target.kind === 'pod' ? sh`kubectl get networkpolicies -n ${target.namespace} -o yaml` : 'kubectl get networkpolicies -A -o yaml',
  async collect(collecting): Promise<PoliciesOfPod> {
    const namespace = (await collecting.read(pod)).pod?.metadata?.namespace;
    const core = await collecting.cluster.list('NetworkPolicy', { namespace, signal: collecting.signal });
    const others = await Promise.all(
      readKinds.filter((kind) => kind !== 'NetworkPolicy').map(async (kind) => [kind, await reading(collecting, kind)] as const),
    );
    const served = others.flatMap(([kind, it]) => (it === undefined ? [] : [[kind, it]]));
    const dns = { namespace: 'kube-system', labelSelector: 'k8s-app in (kube-dns,coredns,node-local-dns)' };
    return {
      policies: { NetworkPolicy: { items: core.items, assumed: core.assumed }, ...Object.fromEntries(served) } as PolicyInputs['policies'],
      namespaces: (await reading(collecting, 'Namespace')) ?? { unread: 'no namespace was captured' },
      dnsPods: (await reading(collecting, 'Pod', dns)) ?? { unread: 'no pod was captured' },
    };
  },
});

/** What was read of a kind, or why it was not; undefined where the API does not serve it. */
async function reading<K extends Kind>(
  { cluster, signal }: Collecting,
  kind: K,
  query: { namespace?: string; labelSelector?: string } = {},
): Promise<Reading<Kinds[K]> | undefined> {
  try {
    const { items, assumed } = await cluster.list(kind, { ...query, signal });
    return { items, assumed };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return error.reason === 'not-installed' || error.reason === 'not-captured' ? undefined : { unread: error.message };
  }
}
