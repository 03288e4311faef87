import { exhibit } from '../../core/evidence.ts';
import type { Finding } from '../../core/verdict.ts';
import { sh } from '../../core/shell.ts';
import type { Pod } from '../../cluster/wire.ts';
import type { PoliciesOfPod } from '../../collectors/network-policies.ts';
import type { PodLog } from '../../collectors/pod-logs.ts';
import { itemsOf } from '../../network/policy/policy-index.ts';
import type { PolicyIndex } from '../../network/policy/policy-index.ts';
import { reach } from '../../network/policy/reach.ts';

/** Name look-ups that got no answer, as Go, glibc, Node, Java and Python word it. */
const lookupTimeout =
  /lookup \S+( on \S+)?: .*(i\/o timeout|timed out)|Temporary failure in name resolution|EAI_AGAIN|UnknownHostException|getaddrinfo (ENOTFOUND|EAI)|could not resolve host|Name or service not known.*retry/i;

/** The finding that a policy keeps the pod from its DNS; undefined where its logs show no failing look-up or policies allow it. */
export function egressBlocked(
  pod: Pod,
  index: PolicyIndex,
  evidence: { readonly podLogs: readonly PodLog[] | undefined; readonly networkPolicies: PoliciesOfPod },
): Finding | undefined {
  const line = (evidence.podLogs ?? [])
    .flatMap(({ container, text }) =>
      text
        .split('\n')
        .filter((one) => lookupTimeout.test(one))
        .map((one) => ({ container, text: one })),
    )
    .at(-1);
  const dns = itemsOf(evidence.networkPolicies.dnsPods).find(({ status }) => status?.phase === 'Running');
  const { namespace = '', name = '' } = pod.metadata ?? {};
  if (line === undefined || dns === undefined) return undefined;
  const result = reach(index, {
    from: `${namespace}/${name}`,
    to: `${dns.metadata?.namespace ?? ''}/${dns.metadata?.name ?? ''}`,
    port: 53,
    protocol: 'UDP',
  });
  if ('error' in result || result.egress.verdict !== 'blocked') return undefined;
  const policy = result.egress.policies[0] ?? '';
  return {
    cause: 'network-policy-blocking',
    detail: 'egress-dns',
    title: `NetworkPolicy ${result.egress.policies.join(', ')} keeps pod ${namespace}/${name} from the cluster's DNS`,
    subject: { kind: 'NetworkPolicy', namespace, name: policy.split('/').at(-1) ?? policy },
    confidence: 'likely',
    summary: `The pod's log says "${line.text.slice(0, 200)}", and ${result.egress.why}.`,
    exhibits: [
      exhibit({ kind: 'NetworkPolicy', namespace, name: policy.split('/').at(-1) ?? policy, field: 'spec.egress' }, result.egress.why),
      exhibit({ kind: 'Log', namespace, name, container: line.container }, line.text),
    ],
    nearness: 'target',
    at: null,
    actions: [
      { title: 'See the policies of the namespace', command: sh`kubectl get networkpolicies -n ${namespace} -o yaml`, risk: 'read-only' },
    ],
    explains: ['app-crash-looping', 'app-readiness-probe-failing', 'app-init-failing'],
  };
}
