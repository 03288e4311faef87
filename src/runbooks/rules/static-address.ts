import { exhibit } from '../../core/evidence.ts';
import { sh } from '../../core/shell.ts';
import { confirmedOr, doesNotApply, unknown } from '../../core/verdict.ts';
import type { Finding, Verdict } from '../../core/verdict.ts';
import type { Node } from '../../cluster/wire.ts';
import type { ClusterCidrs } from '../../collectors/cluster-cidrs.ts';
import type { AddressHolders } from '../../collectors/address-holders.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { cidrContains, parseAddress, parseCidr } from '../../network/cidr.ts';
import { holdsAddress, nodeAddresses } from '../../network/duplicates.ts';
import { fixedAddresses } from '../../network/fixed-addresses.ts';

/** What the rule compares. */
export interface StaticEvidence {
  readonly pod: SubjectPod;
  readonly addressHolders: AddressHolders;
  readonly nodes: readonly Node[];
  readonly clusterCidrs: ClusterCidrs | undefined;
}

/** Does the pod ask for a fixed address that another holder has, or that no pool contains? */
export function staticAddressTaken({ pod: { pod }, addressHolders, nodes, clusterCidrs }: StaticEvidence): Verdict {
  const asked = pod === undefined ? [] : fixedAddresses(pod);
  if (asked.length === 0) return doesNotApply('the pod asks for no fixed address');
  const self = pod?.metadata?.uid;
  const findings = asked.flatMap(({ annotation: name, address }) => {
    const holder = addressHolders.pods.find((row) => row.uid !== self && holdsAddress(row) && row.addresses.includes(address));
    const node = nodes.flatMap(nodeAddresses).find((one) => one.address === address);
    const pools = clusterCidrs?.pools ?? [];
    const outside = pools.length > 0 && !pools.some(({ cidr }) => contains(cidr, address));
    const clash =
      holder !== undefined
        ? `pod ${holder.namespace}/${holder.name} holds it`
        : node !== undefined
          ? `node ${node.owner} holds it`
          : outside
            ? `it lies in no pool (${pools.map(({ cidr }) => cidr).join(', ')})`
            : undefined;
    return clash === undefined ? [] : [finding({ name, address, clash }, pod)];
  });
  const unchecked = addressHolders.unchecked.find(({ address }) => asked.some((one) => one.address === address));
  if (findings.length === 0 && unchecked !== undefined)
    return unknown(`whether another pod has ${unchecked.address} is not known: ${unchecked.why}`);
  return confirmedOr(findings, `the fixed address ${asked.map(({ address }) => address).join(', ')} is held by nobody else`);
}

function contains(cidr: string, text: string): boolean {
  const range = parseCidr(cidr);
  const address = parseAddress(text);
  return range !== undefined && address !== undefined && cidrContains(range, address);
}

function finding({ name, address, clash }: { name: string; address: string; clash: string }, pod: SubjectPod['pod']): Finding {
  const { namespace = null, name: podName = '', annotations: all } = pod?.metadata ?? {};
  return {
    cause: 'static-ip-conflict',
    detail: clash.startsWith('it lies') ? 'outside-every-pool' : 'already-held',
    title: `The fixed address ${address} of pod ${namespace ?? ''}/${podName} can't be given: ${clash}`,
    subject: { kind: 'Pod', namespace, name: podName },
    confidence: 'certain',
    summary: `Annotation ${name} asks for ${address}, and ${clash}.`,
    exhibits: [exhibit({ kind: 'Pod', namespace, name: podName, field: `metadata.annotations[${name}]` }, all?.[name] ?? '')],
    nearness: 'target',
    at: null,
    actions: [{ title: 'See who holds the address', command: sh`kubectl get pods -A -o wide | grep -w ${address}`, risk: 'read-only' }],
  };
}
