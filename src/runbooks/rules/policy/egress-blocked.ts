import { exhibit } from '../../../core/evidence.ts';
import type { Finding } from '../../../core/verdict.ts';
import type { Node, Pod } from '../../../cluster/wire.ts';
import type { PoliciesOfPod } from '../../../collectors/network-policies.ts';
import type { PodLog } from '../../../collectors/pod-logs.ts';
import { policyPod } from '../../../network/policy/endpoint.ts';
import { policiesSelecting } from '../../../network/policy/isolation.ts';
import { itemsOf } from '../../../network/policy/policy-index.ts';
import type { PolicyIndex } from '../../../network/policy/policy-index.ts';
import { reach } from '../../../network/policy/reach.ts';
import type { SideVerdict } from '../../../network/policy/side.ts';
import { policiesText, policySubject, seePolicies } from './policy-words.ts';

/** Name look-ups that got no answer, as Go, glibc, Node, Java and Python word it. */
const lookupTimeout =
  /lookup \S+( on \S+)?: .*(i\/o timeout|timed out)|Temporary failure in name resolution|EAI_AGAIN|UnknownHostException|getaddrinfo (ENOTFOUND|EAI)|could not resolve host|Name or service not known.*retry/i;

/** Requests to the API server that got nowhere, as clients in Go and others word it: its paths begin with /api or /apis. */
const apiTimeout =
  /https:\/\/[^\s/"]+\/(?:apis?|version|healthz)(?:[/?"\\\s].*)?(?:i\/o timeout|timed out|connection refused|no route to host|deadline exceeded|ETIMEDOUT|ECONNREFUSED)/i;

/** Where API servers listen: Kubernetes' own default, and those of managed clusters, of minikube and of MicroK8s. */
const apiPorts = [6443, 443, 8443, 16_443];

interface EgressEvidence {
  readonly podLogs: readonly PodLog[] | undefined;
  readonly networkPolicies: PoliciesOfPod;
  readonly nodes: readonly Node[] | undefined;
}

interface Blocked {
  readonly detail: 'egress-dns' | 'egress-api-server';
  /** What the pod is kept from. */
  readonly what: string;
  readonly line: LogLine;
  readonly side: SideVerdict;
}

/** The finding that a policy keeps the pod from its DNS or the API server; undefined where its logs show no such failure or policies allow it. */
export function egressBlocked(pod: Pod, index: PolicyIndex, evidence: EgressEvidence): Finding | undefined {
  const blocked = blockedDns(pod, index, evidence) ?? blockedApiServer(pod, index, evidence);
  return blocked && findingOf(pod, index, blocked);
}

function blockedDns(pod: Pod, index: PolicyIndex, { podLogs = [], networkPolicies }: EgressEvidence): Blocked | undefined {
  const line = lastLine(podLogs, lookupTimeout);
  const dns = itemsOf(networkPolicies.dnsPods).find(({ status }) => status?.phase === 'Running');
  if (line === undefined || dns === undefined) return undefined;
  const result = reach(index, { from: nameOf(pod), to: nameOf(dns), port: 53, protocol: 'UDP' });
  if ('error' in result || result.egress.verdict !== 'blocked') return undefined;
  return { detail: 'egress-dns', what: "the cluster's DNS", line, side: result.egress };
}

/** Policies see the API server as its own address, not as that of the Service before it; where no node runs it, its address is not known. */
function blockedApiServer(pod: Pod, index: PolicyIndex, { podLogs = [], nodes = [] }: EgressEvidence): Blocked | undefined {
  const line = lastLine(podLogs, apiTimeout);
  if (line === undefined) return undefined;
  const results = nodes
    .flatMap(controlPlaneAddress)
    .flatMap((to) => apiPorts.map((port) => reach(index, { from: nameOf(pod), to, port, protocol: 'TCP' })));
  const sides = results.flatMap((result) => ('error' in result ? [] : [result.egress]));
  const [side] = sides;
  if (side === undefined || sides.some(({ verdict }) => verdict !== 'blocked')) return undefined;
  return { detail: 'egress-api-server', what: 'the API server', line, side };
}

function controlPlaneAddress({ metadata, status }: Node): readonly string[] {
  const labels = Object.keys(metadata?.labels ?? {});
  if (!labels.some((label) => /^node-role\.kubernetes\.io\/(?:control-plane|master|controlplane)$/.test(label))) return [];
  return (status?.addresses ?? []).filter(({ type }) => type === 'InternalIP').map(({ address }) => address);
}

function findingOf(pod: Pod, index: PolicyIndex, { detail, what, line, side }: Blocked): Finding | undefined {
  const { policies, why } = side;
  const blocking = policiesSelecting(index, policyPod(pod)).filter(({ name }) => policies.includes(name));
  const [first] = blocking;
  if (first === undefined) return undefined;
  const { namespace = '', name = '' } = pod.metadata ?? {};
  return {
    cause: 'network-policy-blocking',
    detail,
    title: `${policiesText(blocking)} ${blocking.length === 1 ? 'keeps' : 'keep'} pod ${nameOf(pod)} from ${what}`,
    subject: policySubject(first),
    confidence: 'likely',
    summary: `The pod's log says "${line.text.slice(0, 200)}", and ${why}.`,
    exhibits: [
      exhibit({ ...policySubject(first), field: 'spec.egress' }, why),
      exhibit({ kind: 'Log', namespace, name, container: line.container }, line.text),
    ],
    nearness: 'target',
    at: null,
    actions: [seePolicies(blocking, namespace)],
    explains: ['app-crash-looping', 'app-readiness-probe-failing', 'app-init-failing'],
  };
}

interface LogLine {
  readonly container: string;
  readonly text: string;
}

/** The last line of the pod's logs that reads so. */
function lastLine(logs: readonly PodLog[], pattern: RegExp): LogLine | undefined {
  return logs
    .flatMap(({ container, text }) => text.split('\n').map((line) => ({ container, text: line })))
    .findLast(({ text }) => pattern.test(text));
}

function nameOf({ metadata }: Pod): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
