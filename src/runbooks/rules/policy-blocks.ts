import { exhibit, valueOf } from '../../core/evidence.ts';
import type { Evidence } from '../../core/evidence.ts';
import { confirmed, doesNotApply, ruledOut, unknown } from '../../core/verdict.ts';
import type { Finding, Subject, Verdict } from '../../core/verdict.ts';
import { sh } from '../../core/shell.ts';
import type { Node, Pod } from '../../cluster/wire.ts';
import type { Connectivity } from '../../collectors/connectivity.ts';
import type { PoliciesOfPod } from '../../collectors/network-policies.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import type { PodLog } from '../../collectors/pod-logs.ts';
import { isReady } from '../../facts/pods.ts';
import { policyPod } from '../../network/policy/endpoint.ts';
import { ingressIsolation } from '../../network/policy/isolation.ts';
import type { IngressIsolation, PortOpening } from '../../network/policy/isolation.ts';
import type { PolicyRef } from '../../network/policy/policy.ts';
import { buildPolicyIndex, itemsOf } from '../../network/policy/policy-index.ts';
import type { PolicyIndex } from '../../network/policy/policy-index.ts';
import type { Situation } from './situation.ts';
import { egressBlocked } from './policy/egress-blocked.ts';
import { policiesText, policyExhibit, policySubject, seePolicies } from './policy/policy-words.ts';
import { isOwnNode, placesText, wayExhibits, waysOf } from './path/ways.ts';
import type { Way } from './path/ways.ts';

/** What the rule compares. */
export interface PolicyEvidence {
  readonly pod: SubjectPod;
  readonly networkPolicies: PoliciesOfPod;
  readonly podLogs: readonly PodLog[] | undefined;
  readonly nodes: readonly Node[] | undefined;
  readonly connectivity: Evidence<Connectivity>;
  readonly situation: Situation;
}

/** Is ingress to the Ready pod blocked by a policy, or, where its log tells of no way to names or to the API server, its egress? */
export function policyBlocks(evidence: PolicyEvidence): Verdict {
  const { pod: subject, situation } = evidence;
  const { pod } = subject;
  if (pod === undefined) return doesNotApply('there is no pod to look at');
  if (!enforcesPolicies(situation)) return doesNotApply(`${situation.main?.title ?? 'the plugin'} enforces no policies`);
  const index = indexFor(pod, evidence);
  const egress = egressBlocked(pod, index, evidence);
  if (egress !== undefined) return confirmed(egress);
  if (!isReady(pod))
    return doesNotApply("the pod is not Ready, and the kubelet's probes come from its own node, which policies always let in");
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
  const { isolatedBy, ports, doubts, rules } = isolation;
  if (isolatedBy.length === 0 && doubts.length === 0) return ruledOut(`no policy isolates the pod${assumptionOf(evidence)}`);
  if (isShut(isolation)) return confirmed(shutOff(pod, isolation, evidence));
  if (doubts.length > 0) return unknown(`the policies leave it open: ${doubts.join('; ')}`);
  const verb = isolatedBy.length === 1 ? 'isolates the pod and lets' : 'isolate the pod and let';
  return ruledOut(
    `${policiesText(isolatedBy)} ${verb} in ${ports.map(openingText).join('; ') || rules.join('; ')}`,
    isolatedBy.slice(0, 3).map((policy) => policyExhibit(policy, rules)),
  );
}

/** What was assumed of policies that a snapshot does not hold, in brackets; empty where nothing was. */
function assumptionOf({ networkPolicies }: PolicyEvidence): string {
  const read = networkPolicies.policies.NetworkPolicy;
  return read !== undefined && 'assumed' in read && read.assumed !== undefined ? ` (${read.assumed})` : '';
}

/** Nobody gets in at all, or through none of the ports that the containers declare. */
function isShut({ nothingMayEnter, ports }: IngressIsolation): boolean {
  return nothingMayEnter || (ports.length > 0 && ports.every(({ open }) => open === 'to-none'));
}

function openingText({ port, protocol, open, from }: PortOpening): string {
  const who = open === 'to-some' ? `from ${from.join(' or ')}` : open === 'to-all' ? 'from anyone' : 'from nobody';
  return `${port}/${protocol} ${who}`;
}

function shutOff(pod: Pod, { isolatedBy, rules, ports }: IngressIsolation, evidence: PolicyEvidence): Finding {
  const { namespace = '', name = '' } = pod.metadata ?? {};
  const { answered, silent } = connectionsFromOutside(evidence);
  const [first, ...more] = isolatedBy.slice(0, 3).map((policy) => policyExhibit(policy, rules));
  const proven = !answered && silent.length > 0;
  const closed = ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ');
  const verb = isolatedBy.length === 1 ? 'selects the pod and isolates it' : 'select the pod and isolate it';
  return {
    cause: 'network-policy-blocking',
    detail: rules.length === 0 ? 'ingress-default-deny' : 'ingress-port-not-allowed',
    title: `${policiesText(isolatedBy)} ${isolatedBy.length === 1 ? 'lets' : 'let'} nobody reach pod ${namespace}/${name}${closed === '' ? '' : ` on ${closed}`}`,
    subject: subjectOf(isolatedBy),
    confidence: proven ? 'certain' : answered || ports.length === 0 ? 'possible' : 'likely',
    summary: `${policiesText(isolatedBy)} ${verb} for ingress, and ${rules.length === 0 ? 'no rule allows anything' : `the rules allow only: ${rules.slice(0, 4).join('; ')}`}.${proven ? ` Connections from ${placesText(silent)} got no answer.` : ''}`,
    exhibits: [
      first ?? exhibit({ kind: 'NetworkPolicy', namespace }, 'isolates the pod'),
      ...more,
      ...silent.slice(0, 1).flatMap(wayExhibits),
    ],
    nearness: 'target',
    at: null,
    actions: [
      seePolicies(isolatedBy, namespace),
      {
        title: 'Ask what they say of one connection',
        command: sh`npx podnet-triage reach --from NAMESPACE/POD --to ${`${namespace}/${name}`}`,
        risk: 'read-only',
      },
    ],
  };
}

function subjectOf([policy]: readonly PolicyRef[]): Subject {
  return policy === undefined ? { kind: 'NetworkPolicy', namespace: null, name: '' } : policySubject(policy);
}

/** The pod's own node always gets in, so that its answer tells nothing of policies. */
function connectionsFromOutside({ connectivity, situation }: PolicyEvidence): {
  readonly answered: boolean;
  readonly silent: readonly Way[];
} {
  const ways = waysOf(valueOf(connectivity) ?? []).filter(({ from }) => !isOwnNode(from, situation.here));
  return { answered: ways.some(({ state }) => state === 'open'), silent: ways.filter(({ state }) => state === 'silent') };
}
