import type { PodEndpoint } from './endpoint.ts';
import { both, isDoubt, type Match } from './match.ts';
import { isSelectable, type Peer } from './peers.ts';
import { type Labels, labelSelector, type Selector } from './selector.ts';
import { isSpec, objectIn, objectsIn, type Spec, unknownKeys } from './spec.ts';

const podNamespace = 'io.kubernetes.pod.namespace';
const serviceAccount = 'io.cilium.k8s.policy.serviceaccount';
const namespaceLabelPrefix = 'io.cilium.k8s.namespace.labels.';

/** Labels that Cilium derives from what a pod record does not carry. */
const notRead = /^(io\.cilium\.k8s\.policy\.|reserved:|cidr:|container:|fqdn:|node:|ingress:|unspec:)/;

/** The labels of Cilium's endpoint: the pod's own, its namespace's name and its service account, and its namespace's labels under a prefix. */
function ciliumLabels({ pod, namespaceLabels }: PodEndpoint): Labels {
  return (key) => {
    const plain = key.replace(/^(k8s|any):/, '');
    if (plain === podNamespace) return pod.namespace;
    if (plain === serviceAccount) return pod.serviceAccount;
    if (plain.startsWith(namespaceLabelPrefix)) return namespaceLabels(plain.slice(namespaceLabelPrefix.length));
    if (notRead.test(plain)) return { doubt: `the label ${key} is not read` };
    return Object.hasOwn(pod.labels, plain) ? pod.labels[plain] : undefined;
  };
}

/** A selector of Cilium endpoints; undefined where it has a field besides `matchLabels` and `matchExpressions`. */
export function ciliumSelector(spec: Spec): Selector | undefined {
  return unknownKeys(spec, ['matchLabels', 'matchExpressions']).length > 0 ? undefined : labelSelector(spec);
}

/**
 * An item of `fromEndpoints` or `toEndpoints`. In a namespaced policy it stays in the policy's namespace unless it speaks
 * of namespaces itself.
 */
export function ciliumEndpoints(spec: Spec, namespace: string | null): Peer {
  const selector = ciliumSelector(spec);
  const home = namespace === null || namesNamespaces(spec) ? null : namespace;
  const where = home === null ? '' : ` of ${home}`;
  return {
    text: `endpoints ${selector?.text ?? 'of an unknown selector'}${where}`,
    matches: (endpoint): Match => {
      if (selector === undefined) return { doubt: 'a selector of an unknown shape is not evaluated' };
      if (isSelectable(endpoint)) {
        return both(home === null || endpoint.pod.namespace === home, () => selector.matches(ciliumLabels(endpoint)));
      }
      // A selector of labels that only Cilium gives may take nodes and the world; so did `{}` in older versions.
      const isWide = selector.text === 'all' && namespace === null;
      return (isWide || namesReserved(spec)) && { doubt: `whether the selector takes ${endpoint.name} is not evaluated` };
    },
  };
}

function namesReserved(spec: Spec): boolean {
  return Object.keys(objectIn(spec, 'matchLabels') ?? {}).some((key) => key.startsWith('reserved'));
}

function namesNamespaces(spec: Spec): boolean {
  const inExpressions = objectsIn(spec, 'matchExpressions').map(({ key }) => String(key));
  const keys = [...Object.keys(objectIn(spec, 'matchLabels') ?? {}), ...inExpressions];
  return keys.some((key) => key.includes(podNamespace) || key.includes(namespaceLabelPrefix));
}

/** Whether a policy's `endpointSelector` takes the pod. A namespaced policy takes pods of its namespace only. */
export function ciliumSubject(spec: unknown, namespace: string | null): (endpoint: PodEndpoint) => Match {
  const selector = isSpec(spec) ? ciliumSelector(spec) : undefined;
  return (endpoint) => {
    if (!isSelectable(endpoint) || (namespace !== null && endpoint.pod.namespace !== namespace)) return false;
    const match = selector?.matches(ciliumLabels(endpoint)) ?? { doubt: 'its endpointSelector is not evaluated' };
    return isDoubt(match) ? { doubt: `whether it selects ${endpoint.name} cannot be told: ${match.doubt}` } : match;
  };
}
