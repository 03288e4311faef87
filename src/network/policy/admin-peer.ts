import type { LabelSelector } from '../../cluster/wire.ts';
import { some } from './match.ts';
import { block, nodesPeer, type Peer, podsAcross, unevaluated } from './peers.ts';
import type { Direction } from './policy.ts';
import { podsRelated } from './related-namespaces.ts';
import { isSpec, objectIn, type Spec, textsIn, unknownKeys } from './spec.ts';

/** The pods that a policy of the tiers around NetworkPolicy is for. */
export function adminSubject(subject: Spec): Peer {
  return podsPeer(subject) ?? unevaluated('the subject');
}

/** An item of `from` or `to`. Exactly one field is set; one that is not known came with a newer version of the API. */
export function adminPeer(peer: Spec, direction: Direction): Peer {
  const [field, ...others] = Object.keys(peer);
  const strange = (): Peer => unevaluated(`a peer by ${Object.keys(peer).join(', ') || 'nothing'}`);
  if (others.length > 0) return strange();
  const pods = podsPeer(peer);
  if (pods !== undefined) return pods;
  const nodes = objectIn(peer, 'nodes');
  if (nodes !== undefined && direction === 'egress') return nodesPeer(nodes);
  const networks = textsIn(peer, 'networks');
  return field === 'networks' && networks.length > 0 && direction === 'egress' ? anyBlock(networks) : strange();
}

function anyBlock(networks: readonly string[]): Peer {
  const blocks = networks.map((network) => block(network));
  return { text: networks.join(', '), matches: (endpoint, self) => some(blocks, ({ matches }) => matches(endpoint, self)) };
}

/** Peers and subjects by `namespaces` or `pods`. Early v1alpha1 wrapped the selector of namespaces once more. */
function podsPeer(peer: Spec): Peer | undefined {
  if (Object.keys(peer).length !== 1) return undefined;
  const namespaces = objectIn(peer, 'namespaces');
  const pods = objectIn(peer, 'pods');
  if (namespaces !== undefined) return isLabelSelector(namespaces) ? podsAcross(namespaces) : wrapped(namespaces, undefined);
  if (pods === undefined) return undefined;
  const podSelector = objectIn(pods, 'podSelector');
  if (podSelector !== undefined && !isLabelSelector(podSelector)) return unevaluated('a peer by pods');
  const wrap = objectIn(pods, 'namespaces');
  return wrap === undefined ? wrapped(pods, podSelector) : wrapped(wrap, podSelector);
}

function wrapped(spec: Spec, podSelector: LabelSelector | undefined): Peer {
  const [key = '', ...others] = unknownKeys(spec, ['namespaceSelector', 'podSelector']);
  const selector = objectIn(spec, 'namespaceSelector');
  if (key === '' && (selector === undefined || isLabelSelector(selector))) return podsAcross(selector, podSelector);
  const keys = spec[key];
  const how = key === 'sameLabels' ? 'same' : key === 'notSameLabels' ? 'not-same' : undefined;
  if (how !== undefined && others.length === 0 && selector === undefined && isTexts(keys)) return podsRelated({ how, keys }, podSelector);
  return unevaluated(`a peer by ${[key, ...others, 'namespaces'].filter((each) => each !== '').join(', ')}`);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isLabelSelector(spec: unknown): spec is Spec & LabelSelector {
  return isSpec(spec) && unknownKeys(spec, ['matchLabels', 'matchExpressions']).length === 0;
}
