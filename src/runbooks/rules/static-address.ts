import { exhibit } from '../../core/evidence.ts';
import { sh } from '../../core/shell.ts';
import { confirmedOr, doesNotApply, unknown } from '../../core/verdict.ts';
import type { Confidence, Finding, Verdict } from '../../core/verdict.ts';
import type { Node } from '../../cluster/wire.ts';
import type { ClusterCidrs } from '../../collectors/cluster-cidrs.ts';
import type { AddressHolders } from '../../collectors/address-holders.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import { cidrContains, parseAddress, parseCidr } from '../../network/cidr.ts';
import { holdsAddress } from '../../network/duplicates.ts';
import { fixedAddresses } from '../../network/fixed-addresses.ts';
import { surroundingsOf } from '../../network/node-addresses.ts';

/** What the rule compares. */
export interface StaticEvidence {
  readonly pod: SubjectPod;
  readonly addressHolders: AddressHolders;
  readonly nodes: readonly Node[];
  readonly clusterCidrs: ClusterCidrs | undefined;
}

/** Does the pod ask for a fixed address that another holder has, or that no pool contains? */
export function staticAddressTaken(evidence: StaticEvidence): Verdict {
  const { pod } = evidence.pod;
  const asked = pod === undefined ? [] : fixedAddresses(pod);
  if (asked.length === 0) return doesNotApply('the pod asks for no fixed address');
  const findings = asked.flatMap(({ annotation: name, address }) => {
    const clash = clashOf(address, evidence);
    return clash === undefined ? [] : [finding({ name, address, clash }, pod)];
  });
  const unchecked = evidence.addressHolders.unchecked.find(({ address }) => asked.some((one) => one.address === address));
  if (findings.length === 0 && unchecked !== undefined)
    return unknown(`whether another pod has ${unchecked.address} is not known: ${unchecked.why}`);
  return confirmedOr(findings, `the fixed address ${asked.map(({ address }) => address).join(', ')} is held by nobody else`);
}

/** Why an address can't be given, as a clause. */
interface Clash extends Pick<Finding, 'confidence'> {
  readonly detail: 'already-held' | 'outside-every-pool';
  readonly says: string;
}

function clashOf(address: string, { pod: { pod }, addressHolders, nodes, clusterCidrs }: StaticEvidence): Clash | undefined {
  const others = addressHolders.pods.filter(({ uid, addresses }) => uid !== pod?.metadata?.uid && addresses.includes(address));
  const held = (holder: string, confidence: Confidence = 'certain'): Clash => ({ detail: 'already-held', says: holder, confidence });
  const live = others.find(holdsAddress);
  if (live !== undefined) return held(`pod ${live.namespace}/${live.name} holds it`);
  const node = surroundingsOf.of(nodes).reserved.find((one) => one.address === address);
  if (node !== undefined) return held(`node ${node.owner} holds it`);
  const pools = (clusterCidrs?.pools ?? []).map(({ cidr }) => cidr);
  if (pools.length > 0 && !pools.some((cidr) => contains(cidr, address)))
    return { detail: 'outside-every-pool', says: `it lies in no pool (${pools.join(', ')})`, confidence: 'certain' };
  // A pod that goes in good order gives its address back within moments.
  const leaving = others.find((row) => row.terminating && holdsAddress({ ...row, terminating: false }));
  return leaving === undefined
    ? undefined
    : held(`pod ${leaving.namespace}/${leaving.name}, which is being deleted, still has it`, 'likely');
}

function contains(cidr: string, text: string): boolean {
  const range = parseCidr(cidr);
  const address = parseAddress(text);
  return range !== undefined && address !== undefined && cidrContains(range, address);
}

function finding({ name, address, clash }: { name: string; address: string; clash: Clash }, pod: SubjectPod['pod']): Finding {
  const { namespace = null, name: podName = '', annotations: all } = pod?.metadata ?? {};
  return {
    cause: 'static-ip-conflict',
    detail: clash.detail,
    title: `The fixed address ${address} of pod ${namespace ?? ''}/${podName} can't be given: ${clash.says}`,
    subject: { kind: 'Pod', namespace, name: podName },
    confidence: clash.confidence,
    summary: `Annotation ${name} asks for ${address}, and ${clash.says}.`,
    exhibits: [exhibit({ kind: 'Pod', namespace, name: podName, field: `metadata.annotations[${name}]` }, all?.[name] ?? '')],
    nearness: 'target',
    at: null,
    actions: [{ title: 'See who holds the address', command: sh`kubectl get pods -A -o wide | grep -w ${address}`, risk: 'read-only' }],
  };
}
