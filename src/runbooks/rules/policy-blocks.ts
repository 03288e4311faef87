import { exhibit, valueOf } from '../../core/evidence.ts';
import type { Evidence, Exhibit } from '../../core/evidence.ts';
import { confirmed, confirmedOr, ruledOut, unknown } from '../../core/verdict.ts';
import type { Confidence, Finding, Verdict } from '../../core/verdict.ts';
import { sh } from '../../core/shell.ts';
import type { Node, Pod } from '../../cluster/wire.ts';
import type { Connectivity } from '../../collectors/connectivity.ts';
import type { PoliciesOfPod } from '../../collectors/network-policies.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import type { PodLog } from '../../collectors/pod-logs.ts';
import { isReady } from '../../facts/pods.ts';
import { policyPod } from '../../network/policy/endpoint.ts';
import { ingressIsolation } from '../../network/policy/isolation.ts';
import type { IngressIsolation } from '../../network/policy/isolation.ts';
import { buildPolicyIndex, itemsOf } from '../../network/policy/policy-index.ts';
import type { PolicyIndex } from '../../network/policy/policy-index.ts';
import type { Situation } from './situation.ts';
import { egressBlocked } from './egress-blocked.ts';
import { isOwnNode, placesText, wayExhibits, waysOf } from './ways.ts';

/** What the rule compares. */
export interface PolicyEvidence {
  readonly pod: SubjectPod;
  readonly networkPolicies: PoliciesOfPod;
  readonly podLogs: readonly PodLog[] | undefined;
  readonly nodes: readonly Node[] | undefined;
  readonly connectivity: Evidence<Connectivity>;
  readonly situation: Situation;
}

/** Is ingress to the Ready pod blocked by a policy, or, where its own name look-ups time out, its egress? */
export function policyBlocks(evidence: PolicyEvidence): Verdict {
  const { pod: subject, situation } = evidence;
  const { pod } = subject;
  if (pod === undefined) return ruledOut('does not apply: there is no pod to look at');
  if (!enforcesPolicies(situation)) return ruledOut(`does not apply: ${situation.main?.title ?? 'the plugin'} enforces no policies`);
  const index = indexFor(pod, evidence);
  const egress = egressBlocked(pod, index, evidence);
  if (egress !== undefined) return confirmed(egress);
  if (!isReady(pod))
    return ruledOut("does not apply: the pod is not Ready, and the kubelet's probes come from its own node, which policies always let in");
  return ingressVerdict(pod, ingressIsolation(index, policyPod(pod)), evidence);
}

/** Whether policies may have an effect at all: a policy-only companion enforces them where the main plugin does not. */
export function enforcesPolicies({ main, plugins }: Situation): boolean {
  if (main?.enforcesPolicy !== false) return true;
  return plugins?.plugins.some(({ active, enforcesPolicy }) => active && enforcesPolicy !== false) ?? true;
}

/** The policies that may concern a pod, compiled for it and the cluster's DNS pods. */
export function indexFor(pod: Pod, { networkPolicies, nodes }: Pick<PolicyEvidence, 'networkPolicies' | 'nodes'>): PolicyIndex {
  const pods = [pod, ...itemsOf(networkPolicies.dnsPods)].map(policyPod);
  return buildPolicyIndex({
    pods: { items: pods },
    namespaces: networkPolicies.namespaces,
    nodes: nodes === undefined ? { unread: 'the nodes were not read' } : { items: nodes },
    policies: networkPolicies.policies,
  });
}

function ingressVerdict(pod: Pod, isolation: IngressIsolation, evidence: PolicyEvidence): Verdict {
  const { isolatedBy, ports, doubts, rules, nothingMayEnter } = isolation;
  const names = isolatedBy.map(({ name }) => name);
  const assumed = evidence.networkPolicies.policies.NetworkPolicy;
  const assumption = assumed !== undefined && 'assumed' in assumed && assumed.assumed !== undefined ? ` (${assumed.assumed})` : '';
  if (isolatedBy.length === 0 && doubts.length === 0) return ruledOut(`no policy isolates the pod${assumption}`);
  const shut = ports.filter(({ open }) => open === 'to-none');
  if (nothingMayEnter || (shut.length > 0 && shut.length === ports.length))
    return confirmedOr([shutOff(pod, { names, rules, evidence, ports })], '');
  if (doubts.length > 0) return unknown(`the policies leave it open: ${doubts.join('; ')}`);
  const proof = isolatedBy.slice(0, 3).map(({ kind, name }) => policyExhibit(kind, name, rules));
  const openings = ports.map(
    ({ port, protocol, open, from }) =>
      `${port}/${protocol} ${open === 'to-some' ? `from ${from.join(' or ')}` : open === 'to-all' ? 'from anyone' : 'from nobody'}`,
  );
  return ruledOut(`${names.join(', ')} isolate the pod and let in ${openings.join('; ') || rules.join('; ')}`, proof);
}

function shutOff(
  pod: Pod,
  {
    names,
    rules,
    evidence,
    ports,
  }: { names: readonly string[]; rules: readonly string[]; evidence: PolicyEvidence; ports: IngressIsolation['ports'] },
): Finding {
  const { namespace = '', name = '' } = pod.metadata ?? {};
  // The pod's own node always gets in, so that its answer tells nothing of policies.
  const ways = waysOf(valueOf(evidence.connectivity) ?? []).filter(({ from }) => !isOwnNode(from, evidence.situation.here));
  const answered = ways.some(({ state }) => state === 'open');
  const silent = ways.filter(({ state }) => state === 'silent');
  const unanswered = !answered && silent.length > 0;
  const confidence: Confidence = unanswered ? 'certain' : answered || ports.length === 0 ? 'possible' : 'likely';
  const first = names[0] ?? '';
  const closed = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ');
  return {
    cause: 'network-policy-blocking',
    detail: rules.length === 0 ? 'ingress-default-deny' : 'ingress-port-not-allowed',
    title: `NetworkPolicy ${names.join(', ')} lets nobody reach pod ${namespace}/${name}${closed === '' ? '' : ` on ${closed}`}`,
    subject: {
      kind: 'NetworkPolicy',
      namespace: first.includes('/') ? (first.split('/')[0] ?? null) : null,
      name: first.split('/').at(-1) ?? first,
    },
    confidence,
    summary: `${names.join(', ')} select the pod and isolate it for ingress, and ${rules.length === 0 ? 'no rule allows anything' : `the rules allow only: ${rules.slice(0, 4).join('; ')}`}.${unanswered ? ` Connections from ${placesText(silent)} got no answer.` : ''}`,
    exhibits: [
      policyExhibit('NetworkPolicy', first, rules),
      ...names.slice(1, 3).map((one) => policyExhibit('NetworkPolicy', one, rules)),
      ...silent.slice(0, 1).flatMap(wayExhibits),
    ],
    nearness: 'target',
    at: null,
    actions: [
      { title: 'See the policies of the namespace', command: sh`kubectl get networkpolicies -n ${namespace} -o yaml`, risk: 'read-only' },
      {
        title: 'Ask what they say of one connection',
        command: sh`npx podnet-triage reach --from NAMESPACE/POD --to ${`${namespace}/${name}`}`,
        risk: 'read-only',
      },
    ],
  };
}

function policyExhibit(kind: string, name: string, rules: readonly string[]): Exhibit {
  const [namespace, own] = name.includes('/') ? name.split('/') : [null, name];
  return exhibit(
    { kind, namespace: namespace ?? null, name: own ?? name, field: 'spec' },
    rules.length === 0 ? 'isolates the pod and allows nothing' : rules.slice(0, 6).join('\n'),
  );
}
