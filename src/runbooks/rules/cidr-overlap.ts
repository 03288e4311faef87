import { exhibit } from '../../core/evidence.ts';
import { listIndex } from '../../core/list-index.ts';
import { oncePer } from '../../core/once-per.ts';
import { sh } from '../../core/shell.ts';
import { confirmedOr } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { ClusterCidrs } from '../../collectors/cluster-cidrs.ts';
import type { Node } from '../../cluster/wire.ts';
import { podCidrsOf } from '../../facts/nodes.ts';
import { findOverlaps, parsedRange } from '../../network/overlap.ts';
import type { LabelledRange, Overlap, ParsedRange, RangeKind } from '../../network/overlap.ts';

/** What the rule compares. */
export interface RangeEvidence {
  readonly clusterCidrs: ClusterCidrs;
  readonly nodes: readonly Node[];
  /** False where the plugin takes no addresses from `spec.podCIDRs`, so that their overlap harms nobody; null where that is not known. */
  readonly podCidrsUsed: boolean | null;
  /** The node in question, whose overlaps are near. */
  readonly here: string | undefined;
}

/** Do ranges that must be apart overlap: node pod CIDRs with each other, with the node network, with Services; pools with any of them? */
export function cidrOverlap({ clusterCidrs, nodes, podCidrsUsed, here }: RangeEvidence): Verdict {
  const { pairs, ranges } = podCidrsUsed === false ? overlapsWithoutPodCidrs(nodes, clusterCidrs) : overlapsOfAll(nodes, clusterCidrs);
  const findings = pairs.filter((pair) => !isSameFact(pair) && concerns(pair, here)).map((pair) => finding(pair, { here, podCidrsUsed }));
  const compared = `${ranges} ranges compared: ${nodes.length} nodes, ${clusterCidrs.services.length} Service ranges, ${clusterCidrs.pools.length} pools`;
  return confirmedOr(
    onePerDetail(findings),
    clusterCidrs.services.length === 0 ? `no overlap, but no Service range is known (${compared})` : `no overlap (${compared})`,
  );
}

const overlapsWithoutPodCidrs = oncePer((nodes: readonly Node[], cidrs: ClusterCidrs) => overlapsAmong(rangesBesidePods(nodes, cidrs)));

const overlapsOfAll = oncePer((nodes: readonly Node[], cidrs: ClusterCidrs) =>
  overlapsAmong([
    ...nodeRanges.of(nodes).pods,
    ...rangesBesidePods(nodes, cidrs),
    ...cidrs.pods.map(({ cidr, source }) => parsedRange({ cidr, owner: source, kind: 'cluster' })),
  ]),
);

function overlapsAmong(ranges: readonly ParsedRange[]): { readonly pairs: readonly Overlap[]; readonly ranges: number } {
  return { pairs: findOverlaps(ranges, 200).pairs, ranges: ranges.length };
}

function rangesBesidePods(nodes: readonly Node[], { services, pools }: ClusterCidrs): readonly ParsedRange[] {
  return [
    ...nodeRanges.of(nodes).addresses,
    ...services.map(({ cidr, source }) => parsedRange({ cidr, owner: source, kind: 'service' })),
    ...pools.map(({ cidr, source }) => parsedRange({ cidr, owner: source, kind: 'pool' })),
  ];
}

/** The pod CIDRs of all nodes, and their own addresses. */
export const nodeRanges = listIndex(
  () => ({ pods: [] as ParsedRange[], addresses: [] as ParsedRange[] }),
  ({ pods, addresses }, node: Node) => {
    const owner = node.metadata?.name ?? '';
    for (const cidr of podCidrsOf(node)) pods.push(parsedRange({ cidr, owner, kind: 'node-pod-cidr' }));
    for (const { type, address } of node.status?.addresses ?? []) {
      if (type === 'InternalIP') addresses.push(parsedRange({ cidr: address, owner, kind: 'node-address' }));
    }
  },
);

/** One node behind two names, or the same address listed by two Node objects, is another fault than overlapping ranges. */
function isSameFact({ wider, narrower }: Overlap): boolean {
  return wider.kind === 'node-address' && narrower.kind === 'node-address';
}

/** A pair of single nodes concerns the target only when its node is one of them; a pool or the Service range concerns all. */
function concerns({ wider, narrower }: Overlap, here: string | undefined): boolean {
  const ofNodes = [wider, narrower].every(({ kind }) => kind.startsWith('node-'));
  return here === undefined || !ofNodes || wider.owner === here || narrower.owner === here;
}

const names: Readonly<Record<RangeKind, string>> = {
  'node-pod-cidr': 'pod CIDR of node ',
  'node-address': 'address of node ',
  'node-network': 'network of node ',
  service: 'Service range of ',
  cluster: 'cluster pod range of ',
  pool: '',
};

function detailOf({ wider, narrower }: Overlap): string {
  const kinds = new Set([wider.kind, narrower.kind]);
  if (kinds.has('service')) return 'pod-service';
  if (kinds.has('node-address') || kinds.has('node-network')) return 'pod-node-network';
  return kinds.has('pool') ? 'pool-pool' : 'node-node';
}

function finding(pair: Overlap, { here, podCidrsUsed }: Pick<RangeEvidence, 'here' | 'podCidrsUsed'>): Finding {
  const { wider, narrower, shared } = pair;
  const say = ({ kind, owner, cidr }: LabelledRange): string => `${names[kind]}${owner} (${cidr})`;
  const near = here !== undefined && (wider.owner === here || narrower.owner === here);
  return {
    cause: 'pod-cidr-overlap',
    detail: detailOf(pair),
    title: `The ${say(wider)} overlaps the ${say(narrower)}`,
    subject: { kind: 'Range', namespace: null, name: [wider.cidr, narrower.cidr].toSorted().join(' and ') },
    confidence: podCidrsUsed === null ? 'likely' : 'certain',
    summary: `Both contain ${shared.replace(/\/(32|128)$/, '')}. Packets for these addresses go to only one of the two, so some pods can't be reached.`,
    exhibits: [rangeExhibit(wider), rangeExhibit(narrower)],
    nearness: near ? 'node' : 'cluster',
    at: null,
    actions: [
      {
        title: 'See the nodes’ pod CIDRs and addresses',
        command: `kubectl get nodes -o custom-columns='NAME:.metadata.name,POD-CIDRS:.spec.podCIDRs,ADDRESSES:.status.addresses[*].address'`,
        risk: 'read-only',
      },
      ...(detailOf(pair) === 'node-node'
        ? [
            {
              title: 'Remove the node and join it again, so that it gets a CIDR of its own',
              command: sh`kubectl delete node ${narrower.owner}`,
              risk: 'disruptive' as const,
            },
          ]
        : []),
    ],
  };
}

function rangeExhibit({ kind, owner, cidr }: LabelledRange): Finding['exhibits'][number] {
  if (kind === 'node-pod-cidr') return exhibit({ kind: 'Node', name: owner, field: 'spec.podCIDRs' }, cidr);
  if (kind === 'node-address' || kind === 'node-network') return exhibit({ kind: 'Node', name: owner, field: 'status.addresses' }, cidr);
  const [sourceKind = 'ConfigMap', ...rest] = owner.split(' ');
  return exhibit({ kind: sourceKind, name: rest.join(' ') }, `${owner}: ${cidr}`);
}

/** The nearest overlap of each kind says it; a wrong range usually overlaps with every node alike. */
function onePerDetail(findings: readonly Finding[]): readonly Finding[] {
  const order = findings.toSorted((a, b) => Number(b.nearness === 'node') - Number(a.nearness === 'node'));
  const first = new Map<string | null, Finding[]>();
  for (const one of order) first.set(one.detail, [...(first.get(one.detail) ?? []), one]);
  return [...first.values()].flatMap(([one, ...same]) =>
    one === undefined
      ? []
      : [same.length === 0 ? one : { ...one, summary: `${one.summary} ${same.length} more overlaps of this kind were found.` }],
  );
}
