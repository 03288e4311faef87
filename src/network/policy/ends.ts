import { isNamespaceName, isObjectName } from '../../core/target.ts';
import { type Address, formatAddress, parseAddress, sameAddress } from '../cidr.ts';
import type { Endpoint, PolicyPod } from './endpoint.ts';
import type { PolicyIndex } from './policy-index.ts';

/** What a name or address stands for: one endpoint for each address that it may be reached by. */
export interface End {
  readonly endpoints: readonly [Endpoint, ...Endpoint[]];
}

/** A name or address that stands for nothing: malformed, or of a pod that is not there. `open`: the data does not tell. */
export interface NoEnd {
  readonly problem: 'malformed' | 'absent' | 'open';
  readonly why: string;
}

/** The end that `NS/POD` or an address names. */
export function endOf(index: PolicyIndex, text: string): End | NoEnd {
  const address = parseAddress(text);
  if (address !== undefined) return addressEnd(index, address, text);
  if (!isPodName(text)) return { problem: 'malformed', why: `"${text}" is neither NAMESPACE/POD nor an IP address` };
  const pod = index.pods.get(text);
  if (pod !== undefined) return podEnd(index, pod);
  const unread = index.unread.get('Pod');
  if (unread !== undefined) return { problem: 'open', why: `pods were not read: ${unread.why}` };
  return { problem: 'absent', why: `there is no pod ${text}` };
}

/** Whether the text could name an end at all, whatever the cluster holds. */
export function isEnd(text: string): boolean {
  return parseAddress(text) !== undefined || isPodName(text);
}

function isPodName(text: string): boolean {
  const [namespace = '', name = '', ...more] = text.split('/');
  return more.length === 0 && isNamespaceName(namespace) && isObjectName(name);
}

/** The end that a pod is, over each of its addresses. */
export function podEnd(index: PolicyIndex, pod: PolicyPod): End {
  const addresses = pod.hostNetwork && pod.addresses.length === 0 ? pod.nodeAddresses : pod.addresses;
  const [first = null, ...others] = addresses;
  return { endpoints: [podEndpoint(index, pod, first), ...others.map((address) => podEndpoint(index, pod, address))] };
}

function podEndpoint(index: PolicyIndex, pod: PolicyPod, address: Address | null): Endpoint {
  const name = `${pod.namespace}/${pod.name}`;
  if (pod.hostNetwork && !pod.finished) {
    return { kind: 'node', name, node: pod.node, labels: index.nodeLabels(pod.node), address, hostNetworkPod: pod };
  }
  return { kind: 'pod', name, pod, namespaceLabels: index.namespaceLabels(pod.namespace), address };
}

function addressEnd(index: PolicyIndex, address: Address, name: string): End | NoEnd {
  const canonical = formatAddress(address);
  const [pod, ...others] = index.podsAt(canonical);
  if (pod !== undefined && others.length === 0) return { endpoints: [podEndpoint(index, pod, address)] };
  if (pod !== undefined) {
    const names = [pod, ...others].map((each) => `${each.namespace}/${each.name}`).sort();
    return { problem: 'open', why: `${canonical} is held by ${names.length} pods: ${names.slice(0, 5).join(', ')}` };
  }
  const node = index.nodeAt(canonical);
  const service = index.serviceAddresses.get(canonical);
  if (service !== undefined && node === undefined) {
    return {
      problem: 'open',
      why: `${canonical} is an address of Service ${service}: policies judge the pods behind it, so ask for those`,
    };
  }
  const unread = index.unread.get('Pod');
  if (unread !== undefined)
    return { problem: 'open', why: `whose address ${canonical} is cannot be told, because pods were not read: ${unread.why}` };
  if (node !== undefined)
    return { endpoints: [{ kind: 'node', name, node, labels: index.nodeLabels(node), address, hostNetworkPod: null }] };
  return { endpoints: [{ kind: 'outside', name, address, maybeNode: index.unread.has('Node') }] };
}

/** The pairs of endpoints that can speak with each other: of one family. A pod without address speaks any. */
export function pairs(from: End, to: End): (readonly [Endpoint, Endpoint])[] {
  return from.endpoints.flatMap((source) =>
    to.endpoints
      .filter(({ address }) => address === null || source.address === null || address.family === source.address.family)
      .map((target) => [source, target] as const),
  );
}

/** Whether both ends are one pod, or one address. */
export function isSame(a: Endpoint, b: Endpoint): boolean {
  if (a.kind === 'pod' && b.kind === 'pod') return a.pod === b.pod;
  if (a.kind === 'node' && b.kind === 'node') return a.node !== null && a.node === b.node;
  return a.kind === b.kind && a.address !== null && b.address !== null && sameAddress(a.address, b.address);
}
