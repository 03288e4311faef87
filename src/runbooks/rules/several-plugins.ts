import { exhibit } from '../../core/evidence.ts';
import { sh } from '../../core/shell.ts';
import { confirmedOr } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { ClusterCidrs } from '../../collectors/cluster-cidrs.ts';
import type { ClusterPlugins } from '../../collectors/plugins.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { isFinished } from '../../facts/pods.ts';
import { parseAddress, parseCidr, cidrContains } from '../../network/cidr.ts';
import type { Node } from '../../cluster/wire.ts';
import { nodeSubject } from './situation.ts';
import type { Situation } from './situation.ts';

/** What the rule compares. */
export interface SeveralEvidence {
  readonly pod: SubjectPod;
  readonly plugins: ClusterPlugins;
  readonly clusterCidrs: ClusterCidrs | undefined;
  readonly nodes: readonly Node[];
  readonly situation: Situation;
}

/**
 * Ranges that left-over files in /etc/cni/net.d hand out, the same on every node (containerd's install script, CRI-O's
 * contrib/cni, Docker's default bridge).
 */
const leftOverRanges = [
  { cidr: '10.88.0.0/16', from: '10-containerd-net.conflist of containerd or 87-podman-bridge.conflist' },
  { cidr: '10.85.0.0/16', from: '100-crio-bridge.conflist of CRI-O' },
  { cidr: '172.17.0.0/16', from: "Docker's bridge" },
] as const;

/** Are two plugins active, or does a left-over configuration hand out addresses? Healthy companions are no conflict. */
export function severalPlugins(evidence: SeveralEvidence): Verdict {
  const findings = [...twoMains(evidence), ...leftOver(evidence)];
  const names = evidence.plugins.plugins.filter(({ active }) => active).map(({ title, role }) => `${title} (${role})`);
  return confirmedOr(findings, noConflict(names));
}

function noConflict(names: readonly string[]): string {
  if (names.length < 2) return names[0] === undefined ? 'no network plugin was recognised' : `${names[0]} is the only one`;
  return `${names.join(', ')} go together`;
}

function twoMains({ plugins, situation }: SeveralEvidence): readonly Finding[] {
  const { conflict } = plugins;
  if (conflict === null) return [];
  const both = plugins.workloads.filter(({ plugin, kind }) => kind === 'DaemonSet' && (plugin === conflict.a || plugin === conflict.b));
  const [proof, ...more] = both.map((one) =>
    exhibit(
      { kind: 'DaemonSet', namespace: one.namespace, name: one.name, field: 'status' },
      `desired ${one.desired ?? '?'}, ready ${one.ready ?? '?'}, created ${one.createdAt ?? 'at an unknown time'}`,
      one.createdAt,
    ),
  );
  if (proof === undefined) return [];
  const newer = both.toSorted((a, b) => Date.parse(b.createdAt ?? '') - Date.parse(a.createdAt ?? ''))[0];
  return [
    {
      cause: 'multiple-cni-plugins',
      detail: 'two-active',
      title: `Two network plugins are active: ${both.map(({ name }) => name).join(' and ')}`,
      subject: { kind: 'Cluster', namespace: null, name: 'cluster' },
      confidence: situation.sandbox === 'missing' || situation.ailing.length > 0 ? 'certain' : 'likely',
      summary: `${conflict.why}. The runtime uses whichever configuration file sorts first${newer === undefined ? '' : `; the younger one is ${newer.name}`}.`,
      exhibits: [proof, ...more],
      nearness: 'cluster',
      at: newer?.createdAt ?? null,
      actions: [{ title: 'See both DaemonSets', command: 'kubectl get daemonsets -A -o wide', risk: 'read-only' }],
    },
  ];
}

/**
 * A pod's address from a range that only a left-over file hands out, while nothing configured covers it. On a cluster of
 * one node without a plugin such a bridge may be its network by choice, as in minikube on Docker.
 */
function leftOver({ pod: { pod }, clusterCidrs, nodes, situation }: SeveralEvidence): readonly Finding[] {
  const address = parseAddress(pod?.status?.podIP ?? '');
  if (pod === undefined || address === undefined || pod.spec?.hostNetwork === true || clusterCidrs === undefined) return [];
  if (isFinished(pod) || (situation.main === undefined && nodes.length < 2)) return [];
  const range = leftOverRanges.find(({ cidr }) => contains(cidr, address));
  if (range === undefined) return [];
  const configured = [
    ...clusterCidrs.pods,
    ...clusterCidrs.pools,
    ...nodes.flatMap(({ spec }) => (spec?.podCIDRs ?? []).map((cidr) => ({ cidr }))),
  ];
  if (configured.length === 0 || configured.some(({ cidr }) => contains(cidr, address))) return [];
  const { namespace = null, name = '' } = pod.metadata ?? {};
  return [
    {
      cause: 'multiple-cni-plugins',
      detail: 'left-over-config',
      title: `Pod ${namespace ?? ''}/${name} got its address from a left-over CNI configuration`,
      subject: nodeSubject(situation),
      confidence: situation.main === undefined ? 'likely' : 'certain',
      summary: `${pod.status?.podIP ?? ''} lies in ${range.cidr}, which ${range.from} hands out on every node, and in no range that is configured for this cluster.`,
      exhibits: [exhibit({ kind: 'Pod', namespace, name, field: 'status.podIP' }, pod.status?.podIP ?? '')],
      nearness: 'target',
      at: pod.metadata?.creationTimestamp ?? null,
      actions: [
        {
          title: 'See the configuration files on the node',
          command: sh`kubectl debug node/${situation.here ?? 'NODE'} -it --image=busybox -- ls -l /host/etc/cni/net.d`,
          risk: 'read-only',
        },
      ],
    },
  ];
}

function contains(cidr: string, address: NonNullable<ReturnType<typeof parseAddress>>): boolean {
  const range = parseCidr(cidr);
  return range !== undefined && cidrContains(range, address);
}
