import { collector } from './collector.ts';
import { plugins } from './plugins.ts';
import { resourceName } from '../cluster/kinds.ts';
import type { Kind } from '../cluster/kinds.ts';
import { ReadError } from '../cluster/reader.ts';
import type { CustomObject } from '../cluster/wire.ts';
import { compactBlock } from '../network/ipam/calico-owners.ts';

/** The plugin's own records of addresses, as the API has them. */
export interface PoolObjects {
  /** By our name of the kind, e.g. `CalicoIPAMBlock`; a kind that the cluster does not serve is absent. */
  readonly objects: Readonly<Partial<Record<Kind, readonly CustomObject[]>>>;
}

const poolKinds = [
  'CalicoIPPool',
  'CalicoIPAMBlock',
  'CalicoBlockAffinity',
  'CalicoIPAMConfig',
  'CalicoIPReservation',
  'CalicoClusterInformation',
  'CiliumNode',
  'CiliumPodIPPool',
  'AntreaIPPool',
  'WhereaboutsIPPool',
  'WhereaboutsOverlappingRangeIPReservation',
  'NodeNetworkConfig',
  'ClusterSubnetState',
  'ENIConfig',
  'TigeraStatus',
  'AntreaAgentInfo',
] as const satisfies readonly Kind[];

/** Kinds that tell of the plugin's health or settings, and count no addresses. */
const countless = new Set<Kind>(['CalicoClusterInformation', 'TigeraStatus', 'AntreaAgentInfo', 'ENIConfig']);

/** Kinds of which a large cluster has so many that only what is counted is kept. */
const slim: Readonly<Partial<Record<Kind, (object: CustomObject) => CustomObject>>> = { CalicoIPAMBlock: compactBlock };
const whole = (object: CustomObject): CustomObject => object;

/** Pools, blocks and per-node ranges of the plugins that run here. */
export const addressPools = collector({
  name: 'addressPools',
  what: "the network plugin's address pools",
  shows: ['IPPool', 'IPAMBlock', 'CiliumNode', 'NodeNetworkConfig'],
  scope: 'cluster',
  structured: true,
  permissions: poolKinds.map((kind) => `list ${resourceName(kind)}`),
  command: () => "kubectl api-resources | grep -Ei 'ippool|ipam|blockaffinit|ciliumnode|nodenetworkconfig|eniconfig'",
  async collect({ cluster, read, signal, lacks, reproduceBy }): Promise<PoolObjects> {
    const { kinds } = await read(plugins);
    const wanted = poolKinds.filter((kind) => kinds.includes(kind));
    const objects: Partial<Record<Kind, readonly CustomObject[]>> = {};
    const uncaptured: ReadError[] = [];
    // Each kind by itself: kubectl shows nothing at all of several of which one is not served.
    if (wanted.length > 0) reproduceBy(wanted.map((kind) => `kubectl get ${resourceName(kind)} -A -o yaml`).join('; '));
    await Promise.all(
      wanted.map(async (kind) => {
        try {
          objects[kind] = (await cluster.collect(kind, { signal }, slim[kind] ?? whole)).items;
        } catch (error) {
          if (!(error instanceof ReadError)) throw error;
          if (error.reason === 'not-captured') uncaptured.push(error);
          else lacks(error, countless.has(kind) ? 'minor' : 'decisive');
        }
      }),
    );
    // A snapshot does not hold kinds of which the cluster has no object; one without any of them was taken without them.
    const [first] = uncaptured;
    if (first !== undefined && Object.keys(objects).length === 0) lacks(first, 'decisive');
    return { objects };
  },
});
