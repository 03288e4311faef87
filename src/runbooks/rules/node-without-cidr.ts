import { exhibit } from '../../core/evidence.ts';
import { ageMs, duration, minutes } from '../../core/moment.ts';
import { oncePer } from '../../core/once-per.ts';
import type { Case } from '../../core/runbook.ts';
import { confirmedOr } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { Node } from '../../cluster/wire.ts';
import type { ClusterCidrs } from '../../collectors/cluster-cidrs.ts';
import { eventExhibit, isFresh, withReason } from '../../facts/events.ts';
import type { ObservedEvent } from '../../facts/events.ts';
import { isVirtualNode } from '../../network/virtual-node.ts';
import type { Situation } from './situation.ts';

/** What the rule compares. */
export interface NodeCidrEvidence {
  readonly nodes: readonly Node[];
  readonly nodeEvents: readonly ObservedEvent[];
  readonly clusterCidrs: ClusterCidrs;
  readonly situation: Situation;
}

/** Node IPAM needs a moment; plugins wait for it as well. */
const graceMs = minutes(1);

/** Were nodes added without a pod CIDR of their own? Only asked of plugins that take addresses from it. */
export function nodeWithoutCidr({ nodes, nodeEvents, clusterCidrs, situation }: NodeCidrEvidence, at: Case): Verdict {
  const needed = situation.main?.needsPodCidr ?? null;
  if (situation.main !== undefined && needed === false) {
    return confirmedOr([], `${situation.main.title} does not use node pod CIDRs; ${newest(nodes, at)}`);
  }
  const without = withoutCidr(nodes).filter((node) => (ageMs(at, node.metadata?.creationTimestamp) ?? Infinity) > graceMs);
  const concerned = without.filter(({ metadata }) => situation.here === undefined || metadata?.name === situation.here);
  const refused = withReason(nodeEvents, 'CIDRNotAvailable', 'CIDRAssignmentFailed').filter((event) => isFresh(event, at, minutes(60)));
  const everywhere = without.length === nodes.length && nodes.length > 0;
  // Where no node has one and nothing is known to want one, the plugin has addresses of its own.
  if (everywhere && needed === null && refused.length === 0) {
    return confirmedOr([], `no node has a pod CIDR, and no plugin is known to need one; ${newest(nodes, at)}`);
  }
  const findings = concerned.slice(0, 5).map((node) => finding(node, { refused, clusterCidrs, needed, everywhere }));
  return confirmedOr(
    findings,
    `${nodes.length - without.length} of ${nodes.length} nodes have a pod CIDR${situation.here === undefined ? '' : `, ${situation.here} among them`}; ${newest(nodes, at)}`,
  );
}

const withoutCidr = oncePer((nodes: readonly Node[]) =>
  nodes.filter((node) => (node.spec?.podCIDRs ?? []).length === 0 && !node.spec?.podCIDR && !isVirtualNode(node)),
);

function finding(
  node: Node,
  known: { refused: readonly ObservedEvent[]; clusterCidrs: ClusterCidrs; needed: boolean | null; everywhere: boolean },
): Finding {
  const name = node.metadata?.name ?? '';
  const { refused, clusterCidrs, needed, everywhere } = known;
  const reasons = [
    refused.length > 0 ? 'The controller manager has none left to give' : undefined,
    clusterCidrs.allocatesNodeCidrs === false ? 'kube-controller-manager runs without --allocate-node-cidrs=true' : undefined,
    everywhere ? 'No node of the cluster has one' : undefined,
  ].filter((one) => one !== undefined);
  const proven = needed === true || refused.length > 0;
  return {
    cause: 'node-pod-cidr-missing',
    detail: refused.length > 0 ? 'none-left' : clusterCidrs.allocatesNodeCidrs === false ? 'not-allocated' : null,
    title: `Node ${name} has no pod CIDR`,
    subject: { kind: 'Node', namespace: null, name },
    confidence: proven ? 'certain' : 'possible',
    summary: `spec.podCIDRs of node ${name} is empty${needed === true ? ', and the network plugin takes its addresses from it' : ''}.${reasons.length > 0 ? ` ${reasons.join('; ')}.` : ''}`,
    exhibits: [
      exhibit({ kind: 'Node', name, field: 'spec.podCIDRs' }, 'spec.podCIDRs is empty', node.metadata?.creationTimestamp ?? null),
      ...refused.slice(-2).map(eventExhibit),
    ],
    nearness: 'node',
    at: refused.at(-1)?.lastAt ?? null,
    actions: [
      {
        title: 'See which nodes have a pod CIDR',
        command: "kubectl get nodes -o custom-columns='NAME:.metadata.name,POD-CIDRS:.spec.podCIDRs,CREATED:.metadata.creationTimestamp'",
        risk: 'read-only',
      },
      {
        title: 'See the flags that decide it',
        command:
          "kubectl get pods -n kube-system -l component=kube-controller-manager -o yaml | grep -E 'allocate-node-cidrs|cluster-cidr|node-cidr-mask'",
        risk: 'read-only',
      },
    ],
  };
}

function newest(nodes: readonly Node[], at: Case): string {
  const age = ageMs(at, newestCreation(nodes));
  return age === null ? 'node ages are not known' : `the newest node is ${duration(age)} old`;
}

/** RFC 3339; null where no node has a time. */
const newestCreation = oncePer((nodes: readonly Node[]): string | null => {
  const times = nodes.map(({ metadata }) => metadata?.creationTimestamp).filter((time) => !Number.isNaN(Date.parse(time ?? '')));
  return times.toSorted((a, b) => Date.parse(b ?? '') - Date.parse(a ?? ''))[0] ?? null;
});
