import type { LabelSelector } from '../../cluster/wire.ts';
import { type Cidr, cidrContains, cidrCovers, parseCidr } from '../cidr.ts';
import type { Endpoint, PodEndpoint } from './endpoint.ts';
import { both, type Match } from './match.ts';
import { knownLabels, labelSelector, type Selector } from './selector.ts';

/** One item of a rule's `from` or `to`. */
export interface Peer {
  readonly text: string;
  /** `self` is the policed pod. */
  readonly matches: (endpoint: Endpoint, self: PodEndpoint) => Match;
}

/** Whether selectors can see it: pods on a network of their own that still run. Others have no address or their node's. */
export function isSelectable(endpoint: Endpoint): endpoint is PodEndpoint {
  return endpoint.kind === 'pod' && !endpoint.pod.finished;
}

/** Whether a selector takes the pod by its labels. */
export function selectsPod(selector: Selector, endpoint: PodEndpoint): Match {
  return selector.matches(knownLabels(endpoint.pod.labels));
}

/** Pods of one namespace. */
export function podsIn(namespace: string, selector: LabelSelector | null | undefined): Peer {
  const pods = labelSelector(selector);
  return {
    text: pods.text === 'all' ? `all pods of ${namespace}` : `pods ${pods.text} of ${namespace}`,
    matches: (endpoint) => isSelectable(endpoint) && endpoint.pod.namespace === namespace && selectsPod(pods, endpoint),
  };
}

/** Pods of the namespaces that a selector takes: both selectors must hold. */
export function podsAcross(namespaces: LabelSelector | null | undefined, selector?: LabelSelector | null): Peer {
  const [outer, pods] = [labelSelector(namespaces), labelSelector(selector)];
  const where = outer.text === 'all' ? 'all namespaces' : `namespaces ${outer.text}`;
  return {
    text: pods.text === 'all' ? `all pods of ${where}` : `pods ${pods.text} of ${where}`,
    matches: (endpoint) => isSelectable(endpoint) && both(outer.matches(endpoint.namespaceLabels), () => selectsPod(pods, endpoint)),
  };
}

/** Addresses of a CIDR without its exceptions. Whether plugins see pods in it is their choice; the address decides here. */
export function block(cidr: string, except: readonly string[] = []): Peer {
  const range = parseCidr(cidr);
  const holes = except.map(parseCidr);
  const text = except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}`;
  return {
    text,
    matches: ({ address, name }) => {
      if (range === undefined || holes.includes(undefined)) return { doubt: `"${text}" is no CIDR` };
      if (!holes.every((hole) => hole !== undefined && isPartOf(range, hole))) return { doubt: `"${text}" is not valid` };
      if (address === null) return { doubt: `${name} has no address yet` };
      return cidrContains(range, address) && !holes.some((hole) => hole !== undefined && cidrContains(hole, address));
    },
  };
}

/**
 * The same block where Cilium runs, which takes pods by their identity alone and nodes by `policy-cidr-match-mode`
 * (cilium/cilium, Documentation/security/policy/kubernetes.rst). A doubt, for another plugin may enforce the policies.
 */
export function underCilium({ text, matches }: Peer): Peer {
  return {
    text,
    matches: (endpoint, self) => {
      const match = matches(endpoint, self);
      if (match !== true || endpoint.kind === 'outside') return match;
      return {
        doubt: `Cilium runs here, which does not take ${endpoint.kind === 'pod' ? 'pods' : 'nodes'} by their address as ${text} does`,
      };
    },
  };
}

/** The API server takes only exceptions that lie in their block and leave some of it. */
function isPartOf(range: Cidr, hole: Cidr): boolean {
  return cidrCovers(range, hole) && hole.prefix > range.prefix;
}

/** Nodes by their labels, and so the pods on their network. */
export function nodesPeer(selector: LabelSelector | null | undefined): Peer {
  const nodes = labelSelector(selector);
  return {
    text: nodes.text === 'all' ? 'all nodes' : `nodes ${nodes.text}`,
    matches: (endpoint) => {
      if (endpoint.kind === 'pod') return false;
      if (endpoint.kind === 'node') return nodes.matches(endpoint.labels);
      return endpoint.maybeNode && { doubt: `nodes were not read, so ${endpoint.name} may be one` };
    },
  };
}

/** A peer that is not evaluated, such as domain names. */
export function unevaluated(text: string): Peer {
  return { text, matches: () => ({ doubt: `${text} is not evaluated` }) };
}
