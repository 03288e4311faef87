import { endOf, isSame, type NoEnd, pairs } from './ends.ts';
import type { Endpoint, Protocol } from './endpoint.ts';
import type { PolicyIndex } from './policy-index.ts';
import type { Direction } from './policy.ts';
import { isOwnNode } from './own-node.ts';
import { exemption, policedSide, type ReachVerdict, type SideVerdict } from './side.ts';

/** One connection to judge. The ends are `namespace/pod` or an address. */
export interface ReachQuery {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: Protocol;
}

export interface ReachResult extends ReachQuery {
  readonly verdict: ReachVerdict;
  readonly egress: SideVerdict;
  readonly ingress: SideVerdict;
}

/** A query that cannot be asked: a malformed end, or a pod that is not there. */
export interface ReachError {
  readonly error: string;
}

/** What the policies say of a connection to a pod's own port, after any Service has been resolved. */
export function reach(index: PolicyIndex, query: ReachQuery): ReachResult | ReachError {
  const [from, to] = [endOf(index, query.from), endOf(index, query.to)];
  const wrong = [from, to].find((end): end is NoEnd => 'problem' in end && end.problem !== 'open');
  if (wrong !== undefined) return { error: wrong.why };
  if ('problem' in from) return open(query, from.why);
  if ('problem' in to) return open(query, to.why);
  const sides = pairs(from, to).map(([source, target]) => bothSides(index, query, [source, target]));
  const [first, ...others] = sides;
  if (first === undefined) return open(query, `${query.from} and ${query.to} have no address of one family`);
  const egress = agreeing([first, ...others].map((side) => side.egress));
  const ingress = agreeing([first, ...others].map((side) => side.ingress));
  return { ...only(query), verdict: together(egress, ingress), egress, ingress };
}

function only({ from, to, port, protocol }: ReachQuery): ReachQuery {
  return { from, to, port, protocol };
}

function open(query: ReachQuery, why: string): ReachResult {
  const side: SideVerdict = { verdict: 'unknown', policies: [], why };
  return { ...only(query), verdict: 'unknown', egress: side, ingress: side };
}

interface Sides {
  readonly egress: SideVerdict;
  readonly ingress: SideVerdict;
}

function bothSides(index: PolicyIndex, query: ReachQuery, [from, to]: readonly [Endpoint, Endpoint]): Sides {
  if (isSame(from, to)) {
    const side: SideVerdict = { verdict: 'allowed', policies: [], why: `traffic of ${from.name} to itself passes no policy` };
    return { egress: side, ingress: side };
  }
  return {
    egress: oneSide(index, query, { direction: 'egress', self: from, peer: to }),
    ingress: oneSide(index, query, { direction: 'ingress', self: to, peer: from }),
  };
}

interface Side {
  readonly direction: Direction;
  readonly self: Endpoint;
  readonly peer: Endpoint;
}

function oneSide(index: PolicyIndex, { port, protocol }: ReachQuery, { direction, self, peer }: Side): SideVerdict {
  const exempt = exemption(index, self);
  if (exempt !== undefined || self.kind !== 'pod') return exempt ?? { verdict: 'allowed', policies: [], why: '' };
  // NetworkPolicy always lets a pod's own node in, for the kubelet's probes.
  if (direction === 'ingress' && isOwnNode(self.pod, peer)) {
    return {
      verdict: 'allowed',
      policies: [],
      why: `${peer.name} is on the node of ${self.name}, whose traffic to its own pods is always allowed`,
    };
  }
  const to = direction === 'ingress' ? self : peer;
  return policedSide(index, self, { direction, peer, traffic: { self, to, port, protocol } });
}

/** Both families must say the same; otherwise it depends on the address that is used. */
function agreeing(sides: readonly SideVerdict[]): SideVerdict {
  const [first, ...others] = sides;
  if (first === undefined) return { verdict: 'unknown', policies: [], why: 'no address' };
  if (others.every(({ verdict }) => verdict === first.verdict)) return first;
  const policies = [...new Set(sides.flatMap((side) => side.policies))].sort();
  return {
    verdict: 'unknown',
    policies,
    why: `it depends on the address family: ${sides.map(({ verdict, why }) => `${verdict}, since ${why}`).join('; ')}`,
  };
}

/** A side that blocks decides, whatever is not known of the other. */
function together(...sides: readonly SideVerdict[]): ReachVerdict {
  const verdicts = sides.map(({ verdict }) => verdict);
  if (verdicts.includes('blocked')) return 'blocked';
  return verdicts.includes('unknown') ? 'unknown' : 'allowed';
}
