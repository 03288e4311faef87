import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { pod } from './pod.ts';
import { byNamespace } from './scopes.ts';
import { policyReading } from './policy-reading.ts';
import { policyKinds, resourceName } from '../cluster/kinds.ts';
import type { Kind, Kinds } from '../cluster/kinds.ts';
import { ReadError } from '../cluster/reader.ts';
import type { Listing, ListQuery } from '../cluster/reader.ts';
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
  async collect(collecting): Promise<PoliciesOfPod> {
    const { cluster, read, signal } = collecting;
    const namespace = (await read(pod)).pod?.metadata?.namespace;
    const readings = await Promise.all(
      readKinds.map(async (kind) => {
        const query = kind === 'NetworkPolicy' ? { namespace, signal } : { signal };
        return [kind, await policyReading<unknown>(() => listed(collecting, kind, query))] as const;
      }),
    );
    // Of a snapshot without an object of a kind that may well have none, the reader says so itself; tiers are Calico's own then.
    const served = readings.filter(
      ([kind, it]) => it !== undefined && !(kind === 'CalicoTier' && 'unread' in it && cluster.source === 'snapshot'),
    );
    const dns = { namespace: 'kube-system', labelSelector: 'k8s-app in (kube-dns,coredns,node-local-dns)', signal };
    return {
      policies: Object.fromEntries(served),
      namespaces: (await policyReading(() => listed(collecting, 'Namespace', { signal }))) ?? { unread: 'the API serves no namespaces' },
      dnsPods: (await policyReading(() => cluster.list('Pod', dns))) ?? { unread: 'the API serves no pods' },
    };
  },
});

/** Notes what can't be read: a policy unread may block; namespaces and tiers unread make a rule unknown only where a policy needs them. */
async function listed<K extends Kind>({ cluster, lacks }: Collecting, kind: K, query: ListQuery): Promise<Listing<Kinds[K]>> {
  try {
    return await cluster.list(kind, query);
  } catch (error) {
    const isPolicy = (policyKinds as readonly Kind[]).includes(kind);
    if (error instanceof ReadError && (isPolicy || error.reason !== 'not-captured')) lacks(error, isPolicy ? 'decisive' : 'minor');
    throw error;
  }
}
