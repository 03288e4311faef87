import { collector, EvidenceMissing } from './collector.ts';
import { nodes } from './nodes.ts';
import { pod } from './pod.ts';
import { podRows } from './pod-rows.ts';
import type { Prober, ProbeAttempt, ProbeOutcome } from './prober.ts';
import type { Pod } from '../cluster/wire.ts';
import { containerStatuses } from '../facts/pods.ts';
import { canonicalAddress } from '../network/cidr.ts';
import { sh } from '../core/shell.ts';

/** What came of reaching the pod's address from where this process runs. */
export interface Connectivity {
  /** The pod or node that the attempts came from. */
  readonly from: string;
  readonly attempts: readonly ProbeOutcome[];
}

const mostAttempts = 8;

/** Attempts to reach the pod's address from this process, when it is itself a pod or a node of the target's cluster. */
export const connectivity = collector({
  name: 'connectivity',
  what: "connections to the pod's address",
  shows: ['Probe'],
  scope: 'target',
  permissions: [],
  command: (target) =>
    target.kind === 'pod'
      ? sh`kubectl run reach-test --rm -i --restart=Never --image=busybox -- wget -T 3 -O- "http://$(kubectl get pod ${target.name} -n ${target.namespace} -o jsonpath='{.status.podIP}'):<port>/"`
      : 'kubectl run reach-test --rm -i --restart=Never --image=busybox -- ping -c 3 <address>',
  async collect({ cluster, read, prober, signal, reproduceBy }): Promise<Connectivity> {
    const { pod: found } = await read(pod);
    if (found === undefined) throw new EvidenceMissing('not-applicable', 'there is no pod to connect to');
    const attempts = attemptsFor(found);
    if (attempts.length === 0) throw new EvidenceMissing('not-applicable', 'the pod has no address, or no TCP port is declared');
    const [first] = attempts;
    if (first !== undefined)
      reproduceBy(sh`kubectl run reach-test --rm -i --restart=Never --image=busybox -- nc -zv -w 3 ${first.address} ${first.port}`);
    if (prober === null || cluster.source === 'snapshot')
      throw new EvidenceMissing('manual', 'a connection from here would prove nothing: this process is no pod of the cluster');
    const from = await placeOf(prober, await read(podRows), await read(nodes));
    if (from === undefined)
      throw new EvidenceMissing('manual', "none of this process's addresses belongs to a live pod or node of the cluster");
    return { from, attempts: await Promise.all(attempts.map((attempt) => prober.probe(attempt, signal))) };
  },
});

/** TCP to every declared port of the pod, and HTTP(S) where its readiness probe asks for it; at most eight. */
export function attemptsFor(found: Pod): readonly ProbeAttempt[] {
  const address = found.status?.podIP;
  if (address === undefined || address === '') return [];
  const containers = containerStatuses(found).filter(({ role }) => role === 'main' || role === 'sidecar');
  const ports = containers.flatMap(({ spec }) =>
    (spec?.ports ?? []).filter(({ protocol }) => protocol === undefined || protocol === 'TCP').map(({ containerPort }) => containerPort),
  );
  const tcp = [...new Set(ports)].map((port) => ({ kind: 'tcp' as const, address, port, path: null }));
  const http = containers.flatMap(({ spec }): ProbeAttempt[] => {
    const get = spec?.readinessProbe?.httpGet;
    const port = typeof get?.port === 'number' ? get.port : spec?.ports?.find(({ name }) => name === get?.port)?.containerPort;
    return get === undefined || port === undefined || get.host
      ? []
      : [{ kind: get.scheme === 'HTTPS' ? 'https' : 'http', address, port, path: get.path ?? '/' }];
  });
  return [...tcp, ...http].slice(0, mostAttempts);
}

async function placeOf(
  prober: Prober,
  rows: readonly { namespace: string; name: string; addresses: readonly string[]; phase: string }[],
  all: readonly { metadata?: { name?: string }; status?: { addresses?: { address: string }[] } }[],
): Promise<string | undefined> {
  const own = new Set(prober.ownAddresses.flatMap((one) => canonicalAddress(one) ?? []));
  const here = rows.find((row) => row.phase === 'Running' && row.addresses.some((one) => own.has(one)));
  if (here !== undefined) return `pod ${here.namespace}/${here.name}`;
  const node = all.find(({ status }) => status?.addresses?.some(({ address }) => own.has(canonicalAddress(address) ?? address)));
  return node?.metadata?.name === undefined ? undefined : `node ${node.metadata.name}`;
}
