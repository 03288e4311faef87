import { cidrContains, parseRange } from '../cidr.ts';
import { ciliumEndpoints } from './cilium-selector.ts';
import type { Endpoint, PodEndpoint } from './endpoint.ts';
import { type Match, not, some } from './match.ts';
import { isOwnNode } from './own-node.ts';
import { type Peer, unevaluated } from './peers.ts';
import { objectsIn, type Spec, textIn, textsIn, unknownKeys } from './spec.ts';

/** The peers under a key such as `fromEndpoints` of a rule; a kind that is not evaluated is one that leaves it open. */
export function ciliumPeers(rule: Spec, key: string, namespace: string | null): Peer[] {
  switch (key.replace(/^(from|to)/, '')) {
    case 'Endpoints':
      return objectsIn(rule, key).map((spec) => ciliumEndpoints(spec, namespace));
    case 'CIDR':
      return textsIn(rule, key).map((cidr) => outsideBlock(cidr, []));
    case 'CIDRSet':
      return objectsIn(rule, key).map(cidrSet);
    case 'Entities':
      return [entities(textsIn(rule, key))];
    default:
      return [unevaluated(key)];
  }
}

function cidrSet(spec: Spec): Peer {
  const cidr = textIn(spec, 'cidr');
  const isPlain = cidr !== undefined && unknownKeys(spec, ['cidr', 'except']).length === 0;
  return isPlain ? outsideBlock(cidr, textsIn(spec, 'except')) : unevaluated('a CIDR group');
}

/** Cilium's CIDRs speak of addresses outside the cluster: never of pods, and of nodes only by `policy-cidr-match-mode`. */
function outsideBlock(cidr: string, except: readonly string[]): Peer {
  const [range, ...holes] = [cidr, ...except].map(parseRange);
  return {
    text: except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}`,
    matches: ({ kind, address, name }) => {
      if (kind === 'pod') return false;
      if (range === undefined || holes.includes(undefined) || address === null) return { doubt: `${cidr} cannot be compared with ${name}` };
      const isIn = cidrContains(range, address) && !holes.some((hole) => hole !== undefined && cidrContains(hole, address));
      return isIn && kind === 'node' ? { doubt: `whether ${cidr} covers nodes is a setting of Cilium` } : isIn;
    },
  };
}

function entities(names: readonly string[]): Peer {
  return { text: `entities ${names.join(', ')}`, matches: (endpoint, self) => some(names, (name) => entity(name, endpoint, self)) };
}

/** Entities that are not evaluated, none of which is a pod on a network of its own that runs. */
const noPods: ReadonlySet<string> = new Set(['kube-apiserver', 'ingress', 'init', 'health', 'unmanaged', 'world-ipv4', 'world-ipv6']);

function entity(name: string, ...[endpoint, self]: Parameters<Peer['matches']>): Match {
  const ofNode = (match: Match): Match => {
    if (endpoint.kind === 'pod') return false;
    if (endpoint.kind === 'node') return match;
    return endpoint.maybeNode && { doubt: `nodes were not read, so ${endpoint.name} may be one` };
  };
  switch (name) {
    case 'all':
      return true;
    case 'cluster':
      return endpoint.kind === 'pod' || ofNode(true);
    case 'world':
      return endpoint.kind === 'outside' && (endpoint.maybeNode ? ofNode(true) : true);
    case 'host':
      return ofNode(isItsNode(endpoint, self));
    case 'remote-node':
      return ofNode(not(isItsNode(endpoint, self)));
    case 'none':
      return false;
    default:
      return endpoint.kind === 'pod' && noPods.has(name) ? false : { doubt: `the entity ${name} is not evaluated` };
  }
}

/** Whether the node is the one that runs the policed pod. */
function isItsNode(endpoint: Endpoint, { name, pod }: PodEndpoint): Match {
  if (endpoint.kind !== 'node') return false;
  if (isOwnNode(pod, endpoint)) return true;
  return endpoint.node === null || pod.node === null ? { doubt: `which node runs ${name} is not known` } : false;
}
