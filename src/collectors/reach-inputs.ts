import { kinds, type Kind, type Kinds, policyKinds } from '../cluster/kinds.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import type { Service } from '../cluster/wire.ts';
import { canonicalAddress } from '../network/cidr.ts';
import { policyPod, type PolicyPod } from '../network/policy/endpoint.ts';
import { policyReading } from './policy-reading.ts';
import { itemsOf, type PolicyInputs, type Reading } from '../network/policy/policy-index.ts';

/** Reads all that the policies' evaluation needs: pods, namespaces, nodes, Services, and every kind of policy. */
export async function readPolicyInputs(reader: ClusterReader, signal?: AbortSignal): Promise<PolicyInputs> {
  const pods = await policyReading(() => reader.collect('Pod', { signal }, policyPod));
  const [namespaces, nodes, services] = await Promise.all([
    policyReading(() => reader.list('Namespace', { signal })),
    policyReading(() => reader.list('Node', { signal })),
    policyReading(() => reader.collect('Service', { signal }, addressesOf)),
  ]);
  const inhabited = [...new Set(itemsOf(pods ?? absent).map(({ namespace }) => namespace))];
  const listed = await Promise.all([...policyKinds, 'CalicoTier' as const].map((kind) => readKind(reader, { kind, inhabited, signal })));
  return {
    pods: pods ?? absent,
    namespaces: namespaces ?? absent,
    nodes: nodes ?? absent,
    policies: Object.assign({}, ...listed) as PolicyInputs['policies'],
    serviceAddresses: new Map(itemsOf(services ?? absent).flat()),
    runsCilium: itemsOf(pods ?? absent).some(isCiliumAgent),
  };
}

/** An agent of Cilium by the label that every way to install it gives; GKE's Dataplane V2 and Azure's Cilium have it too. */
function isCiliumAgent({ hostNetwork, finished, labels }: PolicyPod): boolean {
  return hostNetwork && !finished && labels['k8s-app'] === 'cilium';
}

const absent = { unread: 'the API does not serve them' } as const;

interface KindQuery<K extends Kind> {
  readonly kind: K;
  /** The namespaces that have pods. */
  readonly inhabited: readonly string[];
  readonly signal: AbortSignal | undefined;
}

async function readKind<K extends Kind>(reader: ClusterReader, query: KindQuery<K>): Promise<Partial<Record<K, Reading<Kinds[K]>>>> {
  const reading = await policyReading(() => reader.list(query.kind, { signal: query.signal }));
  if (reading === undefined) return {};
  // Tiers of a snapshot without any are simply Calico's own.
  if (query.kind === 'CalicoTier' && 'unread' in reading && reader.source === 'snapshot') return {};
  const whole =
    'partial' in reading && kinds[query.kind].namespaced ? { ...reading, completeIn: await completeIn(reader, query) } : reading;
  return { [query.kind]: whole } as Partial<Record<K, Reading<Kinds[K]>>>;
}

/** The namespaces of which a partial capture, such as of one namespace, is nevertheless whole. */
async function completeIn<K extends Kind>(reader: ClusterReader, { kind, inhabited, signal }: KindQuery<K>): Promise<string[]> {
  const asked = inhabited.map(async (namespace) => {
    const reading = await policyReading(() => reader.list(kind, { namespace, signal }));
    return reading !== undefined && 'items' in reading && reading.partial === undefined ? [namespace] : [];
  });
  return (await Promise.all(asked)).flat();
}

/** The addresses under which a Service is reached, with its name. */
function addressesOf({ metadata, spec, status }: Service): [string, string][] {
  const name = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  const balancers = (status?.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
  const texts = [spec?.clusterIP, ...(spec?.clusterIPs ?? []), ...(spec?.externalIPs ?? []), ...balancers];
  return texts.flatMap((text): [string, string][] => {
    const address = canonicalAddress(text ?? '');
    return address === undefined ? [] : [[address, name]];
  });
}
