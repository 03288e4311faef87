import { cidrContains, parseRange } from '../cidr.ts';
import { calicoSelector } from './calico-selector.ts';
import type { Endpoint, PodEndpoint } from './endpoint.ts';
import { every, isDoubt, type Match, not, some } from './match.ts';
import { isSelectable, type Peer } from './peers.ts';
import type { Labels } from './selector.ts';
import { objectIn, type Spec, textIn, textsIn, unknownKeys } from './spec.ts';

/** The labels that Calico gives a pod besides its own. */
function podLabels({ pod }: PodEndpoint): Labels {
  return (key) => {
    if (key === 'projectcalico.org/namespace') return pod.namespace;
    if (key === 'projectcalico.org/orchestrator') return 'k8s';
    if (key === 'projectcalico.org/serviceaccount') return pod.serviceAccount;
    if (key.startsWith('pcsa.')) return { doubt: `the label ${key} is not read` };
    return Object.hasOwn(pod.labels, key) ? pod.labels[key] : undefined;
  };
}

function namespaceLabels({ pod, namespaceLabels }: PodEndpoint): Labels {
  return (key) => (key === 'projectcalico.org/name' ? pod.namespace : namespaceLabels(key));
}

type LabelTest = (labels: Labels) => Match;

function compiled(text: string): LabelTest {
  const selector = calicoSelector(text);
  return selector === undefined ? () => ({ doubt: `the selector ${text} is not understood` }) : selector.matches;
}

/** Whether the pod's namespace is taken; `global()` takes only what has none. */
function compiledNamespaces(text: string): LabelTest {
  return text.trim() === 'global()' ? () => false : compiled(text);
}

const accountLabels: Match = { doubt: 'the labels of service accounts are not read' };

/** Whether the policy's own selectors take the pod. Policies before NAT and without tracking are for hosts only. */
export function calicoSubject(spec: Spec, namespace: string | null): (endpoint: PodEndpoint) => Match {
  const forHosts = spec['preDNAT'] === true || spec['doNotTrack'] === true;
  const pods = compiled(textIn(spec, 'selector') ?? '');
  const namespaces = compiledNamespaces(textIn(spec, 'namespaceSelector') ?? '');
  const byAccount = (textIn(spec, 'serviceAccountSelector') ?? '') !== '';
  return (endpoint) => {
    if (forHosts || !isSelectable(endpoint) || (namespace !== null && endpoint.pod.namespace !== namespace)) return false;
    const match = every(
      [() => pods(podLabels(endpoint)), () => namespaces(namespaceLabels(endpoint)), () => !byAccount || accountLabels],
      (test) => test(),
    );
    return isDoubt(match) ? { doubt: `whether it selects ${endpoint.name} cannot be told: ${match.doubt}` } : match;
  };
}

const knownKeys = ['nets', 'notNets', 'selector', 'notSelector', 'namespaceSelector', 'serviceAccounts', 'ports', 'notPorts'];

/**
 * The `source` or `destination` of a rule, ports apart. In a namespaced policy selectors stay in its namespace unless it
 * has a namespaceSelector. Its text is empty where it asks nothing.
 */
export function calicoEntity(spec: Spec, namespace: string | null): Peer {
  const strange = unknownKeys(spec, knownKeys);
  const nets = textsIn(spec, 'nets');
  const notNets = textsIn(spec, 'notNets');
  const selected = entitySelector(spec, namespace);
  return {
    text: describe(spec),
    matches: (endpoint) =>
      every(
        [
          () => nets.length === 0 || inNets(nets, endpoint),
          () => notNets.length === 0 || not(inNets(notNets, endpoint)),
          () => selected(endpoint),
          () => strange.length === 0 || { doubt: `${strange.join(', ')} is not evaluated` },
        ],
        (test) => test(),
      ),
  };
}

function describe(spec: Spec): string {
  const said = ['selector', 'notSelector', 'namespaceSelector'].flatMap((key) =>
    textIn(spec, key) ? [`${key} ${textIn(spec, key)}`] : [],
  );
  const nets = ['nets', 'notNets'].flatMap((key) => (textsIn(spec, key).length > 0 ? [`${key} ${textsIn(spec, key).join(', ')}`] : []));
  const accounts = objectIn(spec, 'serviceAccounts') === undefined ? [] : ['serviceAccounts'];
  const strange = unknownKeys(spec, knownKeys);
  return [...said, ...nets, ...accounts, ...strange].join(' and ');
}

function inNets(nets: readonly string[], { address, name }: Endpoint): Match {
  if (address === null) return { doubt: `${name} has no address yet` };
  return some(nets, (net) => {
    const range = parseRange(net);
    return range === undefined ? { doubt: `${net} is no CIDR` } : cidrContains(range, address);
  });
}

function entitySelector(spec: Spec, namespace: string | null): (endpoint: Endpoint) => Match {
  const [selector = '', notSelector = '', namespaceSelector = ''] = ['selector', 'notSelector', 'namespaceSelector'].map((key) =>
    textIn(spec, key),
  );
  const accounts = objectIn(spec, 'serviceAccounts');
  if (selector === '' && notSelector === '' && namespaceSelector === '' && accounts === undefined) return () => true;
  const [pods, otherPods] = [compiled(selector), compiled(notSelector)];
  const namespaces = compiledNamespaces(namespaceSelector);
  const home = namespaceSelector === '' ? namespace : null;
  return (endpoint) => {
    if (endpoint.kind !== 'pod') {
      return { doubt: `a Calico network set or host endpoint may stand for ${endpoint.name}, and those are not read` };
    }
    if (endpoint.pod.finished || (home !== null && endpoint.pod.namespace !== home)) return false;
    return every(
      [
        () => namespaces(namespaceLabels(endpoint)),
        () => pods(podLabels(endpoint)),
        () => notSelector === '' || not(otherPods(podLabels(endpoint))),
        () => accounts === undefined || takesAccount(accounts, endpoint.pod.serviceAccount),
      ],
      (test) => test(),
    );
  };
}

/** Names and a selector of service accounts must both hold; without names any is meant. */
function takesAccount(accounts: Spec, name: string): Match {
  const names = textsIn(accounts, 'names');
  const named = names.length === 0 || names.includes(name);
  return named && ((textIn(accounts, 'selector') ?? '') === '' || accountLabels);
}
