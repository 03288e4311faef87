import { exhibit } from '../../core/evidence.ts';
import type { Evidence, Exhibit } from '../../core/evidence.ts';
import { oncePer } from '../../core/once-per.ts';
import type { Case } from '../../core/runbook.ts';
import { confirmed, ruledOut, unknown } from '../../core/verdict.ts';
import type { Verdict } from '../../core/verdict.ts';
import { sh } from '../../core/shell.ts';
import type { AddressHolders } from '../../collectors/address-holders.ts';
import type { SubjectPod } from '../../collectors/pod.ts';
import type { PodRow } from '../../collectors/pod-row.ts';
import type { Node } from '../../cluster/wire.ts';
import { sharedAddresses } from '../../network/duplicates.ts';
import type { SharedAddress } from '../../network/duplicates.ts';
import { surroundingsOf } from '../../network/node-addresses.ts';

/** What the rule compares. */
export interface AddressEvidence {
  readonly pod: SubjectPod;
  readonly addressHolders: AddressHolders;
  readonly podRows: Evidence<readonly PodRow[]>;
  readonly nodes: readonly Node[];
}

/** Does another live pod, or a node, hold the pod's address? For a wider target: does any pair in it share one? */
export function sharedAddress(evidence: AddressEvidence, at: Case): Verdict {
  return isAboutOnePod(evidence.pod, at) ? sharedByPod(evidence) : sharedInScope(evidence, at);
}

function isAboutOnePod({ pod, chosen }: SubjectPod, { target }: Case): boolean {
  return target.kind === 'pod' || (chosen === undefined && pod !== undefined);
}

function sharedByPod({ pod: { pod }, addressHolders, nodes }: AddressEvidence): Verdict {
  const { name, namespace } = pod?.metadata ?? {};
  const shared = sharedAddresses(addressHolders.pods, surroundingsOf.of(nodes));
  const concerning = shared.filter(({ pods }) => pods.some((one) => one.name === name && one.namespace === namespace));
  const [first, ...more] = concerning.map((one) => finding(one, addressHolders.compared));
  if (first !== undefined) return confirmed(first, ...more.slice(0, 9));
  const [unchecked] = addressHolders.unchecked;
  if (unchecked !== undefined) return unknown(`whether another pod has ${unchecked.address} is not known: ${unchecked.why}`);
  return ruledOut(`no other live pod has an address of the pod${among(addressHolders.compared)}`);
}

function sharedInScope({ pod: subject, podRows, nodes }: AddressEvidence, at: Case): Verdict {
  if (podRows.status === 'missing') return unknown(`needs every pod's addresses (step 3): ${podRows.why}`);
  const rows = podRows.value;
  const shared = sharedAmongAll(rows, nodes);
  const concerning = shared.filter((one) => isInScope(one, subject, at));
  const [first, ...more] = concerning.map((one) => finding(one, rows.length));
  if (first !== undefined) return confirmed(first, ...more.slice(0, 9));
  const elsewhere =
    shared.length === 0
      ? 'no two live pods share an address'
      : `${shared.length} shared addresses in the cluster, none of them of this target`;
  return ruledOut(`${elsewhere}${among(rows.length)}`);
}

const sharedAmongAll = oncePer((rows: readonly PodRow[], nodes: readonly Node[]) => sharedAddresses(rows, surroundingsOf.of(nodes)));

function isInScope({ pods }: SharedAddress, { pod }: SubjectPod, { target }: Case): boolean {
  if (target.kind === 'namespace') return pods.some((one) => one.namespace === target.name);
  if (target.kind === 'node') return pods.some((one) => one.node === target.name || one.node === pod?.spec?.nodeName);
  return true;
}

/** Null: the API server itself looked for holders of the address. */
function among(compared: number | null): string {
  return compared === null ? '' : ` (${compared} pods compared)`;
}

function finding({ address, pods, reserved, strength }: SharedAddress, compared: number | null): Parameters<typeof confirmed>[0] {
  const holders = [
    ...pods.map((one) => `${one.namespace}/${one.name} (on ${one.node ?? 'no node'})`),
    ...reserved.map(({ kind, owner }) => `${kind === 'NodeTunnel' ? 'the tunnel of node' : kind.toLowerCase()} ${owner}`),
  ];
  const newest = pods.map(({ createdAt }) => createdAt).filter((one) => one !== null);
  const [proof, ...proofs] = pods.map((one) => addressExhibit(one));
  return {
    cause: 'duplicate-pod-ip',
    detail: reserved.length > 0 ? 'node-address' : null,
    title: `${holders.length === 2 ? 'Two' : holders.length} live ${reserved.length === 0 ? 'pods' : 'holders'} share the address ${address}: ${holders.slice(0, 2).join(' and ')}`,
    subject: { kind: 'Address', namespace: null, name: address },
    confidence: strength === 'firm' ? 'certain' : 'possible',
    summary: `${address} is held by ${holders.slice(0, 6).join(', ')}${holders.length > 6 ? ` and ${holders.length - 6} more` : ''}${compared === null ? '' : `, among ${compared} pods compared`}; hostNetwork, finished and terminating pods are left out.${onOneNode(pods)}${strength === 'weak' ? ' One of them is on a node that no longer reports, so its address may be free by now.' : ''}`,
    exhibits: [proof ?? exhibit({ kind: 'Pod', field: 'status.podIPs' }, address), ...proofs],
    nearness: 'target',
    at: newest.toSorted().at(-1) ?? null,
    actions: [
      {
        title: 'See every holder of the address',
        command: sh`kubectl get pods -A -o wide --field-selector ${`status.podIP=${address}`}`,
        risk: 'read-only',
      },
      ...pods.slice(0, 1).map((one) => ({
        title: 'Give the newer pod another address',
        command: sh`kubectl delete pod ${youngest(pods).name} -n ${youngest(pods, one).namespace}`,
        risk: 'disruptive' as const,
      })),
    ],
  };
}

/** Two nodes may be given the same range; within a node only its own records keep addresses apart. */
function onOneNode(pods: SharedAddress['pods']): string {
  const nodes = new Set(pods.map(({ node }) => node));
  const [node] = nodes;
  return pods.length < 2 || nodes.size !== 1 || node === null || node === undefined
    ? ''
    : ` All of them are on node ${node}: its own records of addresses may have lost some.`;
}

function youngest<T extends { readonly createdAt: string | null }>(pods: readonly T[], fallback?: T): T {
  const sorted = pods.toSorted((a, b) => Date.parse(b.createdAt ?? '') - Date.parse(a.createdAt ?? ''));
  const first = sorted[0] ?? fallback;
  if (first === undefined) throw new RangeError('no pod to choose from');
  return first;
}

function addressExhibit(one: {
  namespace: string;
  name: string;
  addresses: readonly string[];
  node: string | null;
  createdAt: string | null;
}): Exhibit {
  return exhibit(
    { kind: 'Pod', namespace: one.namespace, name: one.name, field: 'status.podIPs' },
    `${one.addresses.join(', ')} on node ${one.node ?? 'none'}`,
    one.createdAt,
  );
}
