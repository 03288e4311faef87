import { exhibit } from '../../../core/evidence.ts';
import type { Finding } from '../../../core/verdict.ts';
import type { Pod } from '../../../cluster/wire.ts';
import type { PoliciesOfPod } from '../../../collectors/network-policies.ts';
import type { PodLog } from '../../../collectors/pod-logs.ts';
import { policyPod } from '../../../network/policy/endpoint.ts';
import { policiesSelecting } from '../../../network/policy/isolation.ts';
import { itemsOf } from '../../../network/policy/policy-index.ts';
import type { PolicyIndex } from '../../../network/policy/policy-index.ts';
import { reach } from '../../../network/policy/reach.ts';
import { policiesText, policySubject, seePolicies } from './policy-words.ts';

/** Name look-ups that got no answer, as Go, glibc, Node, Java and Python word it. */
const lookupTimeout =
  /lookup \S+( on \S+)?: .*(i\/o timeout|timed out)|Temporary failure in name resolution|EAI_AGAIN|UnknownHostException|getaddrinfo (ENOTFOUND|EAI)|could not resolve host|Name or service not known.*retry/i;

interface EgressEvidence {
  readonly podLogs: readonly PodLog[] | undefined;
  readonly networkPolicies: PoliciesOfPod;
}

/** The finding that a policy keeps the pod from its DNS; undefined where its logs show no failing look-up or policies allow it. */
export function egressBlocked(pod: Pod, index: PolicyIndex, evidence: EgressEvidence): Finding | undefined {
  const line = failedLookup(evidence.podLogs ?? []);
  const dns = itemsOf(evidence.networkPolicies.dnsPods).find(({ status }) => status?.phase === 'Running');
  if (line === undefined || dns === undefined) return undefined;
  const result = reach(index, { from: nameOf(pod), to: nameOf(dns), port: 53, protocol: 'UDP' });
  if ('error' in result || result.egress.verdict !== 'blocked') return undefined;
  const { policies, why } = result.egress;
  const blocking = policiesSelecting(index, policyPod(pod)).filter(({ name }) => policies.includes(name));
  const [first] = blocking;
  if (first === undefined) return undefined;
  const { namespace = '', name = '' } = pod.metadata ?? {};
  return {
    cause: 'network-policy-blocking',
    detail: 'egress-dns',
    title: `${policiesText(blocking)} ${blocking.length === 1 ? 'keeps' : 'keep'} pod ${nameOf(pod)} from the cluster's DNS`,
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

/** The last line of the pod's logs that tells of a look-up without an answer. */
function failedLookup(logs: readonly PodLog[]): { readonly container: string; readonly text: string } | undefined {
  return logs
    .flatMap(({ container, text }) => text.split('\n').map((line) => ({ container, text: line })))
    .findLast(({ text }) => lookupTimeout.test(text));
}

function nameOf({ metadata }: Pod): string {
  return `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
}
