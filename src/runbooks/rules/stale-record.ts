import { counted } from '../../core/counted.ts';
import { exhibit } from '../../core/evidence.ts';
import { confirmedOr } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { canonicalAddress } from '../../network/cidr.ts';
import { isHostNetwork } from '../../facts/pods.ts';
import { actionsFor } from './next-actions.ts';
import type { Surroundings } from './words/words.ts';

/**
 * Do the plugin's own records give the pod's address to an owner who is not there? Its collector will free the address
 * while the pod still has it, and the next pod gets it too.
 */
export function staleRecord({ pod }: SubjectPod, { usages, situation }: Surroundings): Verdict {
  const leaks = usages.reduce((sum, { leaked }) => sum + leaked.length, 0);
  const otherwise =
    usages.length === 0
      ? 'no records of allocations are readable here'
      : `${counted(leaks, 'leaked allocation')} in ${counted(usages.length, 'pool')}; rule 4 weighs them against the live pods`;
  if (pod === undefined || isHostNetwork(pod)) return confirmedOr([], otherwise);
  const addresses = new Set((pod.status?.podIPs ?? []).flatMap(({ ip }) => canonicalAddress(ip ?? '') ?? []));
  const record = usages
    .flatMap(({ leaked, name }) => leaked.map((one) => ({ ...one, pool: name })))
    .find(({ address }) => addresses.has(address));
  if (record === undefined) return confirmedOr([], otherwise);
  const { namespace = '', name = '' } = pod.metadata ?? {};
  const told = { cause: 'ipam-state-corrupt', detail: 'stale-allocation' } as const;
  const proof: Finding['exhibits'] = [
    exhibit(
      { kind: 'IPPool', name: record.pool, field: 'allocations' },
      `${record.address} is recorded for ${record.owner}: ${record.why}`,
    ),
    exhibit({ kind: 'Pod', namespace, name, field: 'status.podIPs' }, `${record.address} on node ${pod.spec?.nodeName ?? 'none'}`),
  ];
  const finding: Finding = {
    ...told,
    title: `The address ${record.address} of pod ${namespace}/${name} is recorded for another owner`,
    subject: { kind: 'Pod', namespace, name },
    confidence: 'likely',
    summary: `The records of pool ${record.pool} give ${record.address} to ${record.owner} (${record.why}), and pod ${namespace}/${name} holds it on node ${pod.spec?.nodeName ?? '?'}: the plugin's garbage collection will free it while it is in use.`,
    exhibits: proof,
    nearness: 'target',
    at: null,
    actions: actionsFor(told, situation),
  };
  return confirmedOr([finding], otherwise);
}
