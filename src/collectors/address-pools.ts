import { collector } from './collector.ts';
import { plugins } from './plugins.ts';
import { resourceName } from '../cluster/kinds.ts';
import type { Kind } from '../cluster/kinds.ts';
import { ReadError } from '../cluster/reader.ts';
import type { CustomObject } from '../cluster/wire.ts';

/** The plugin's own records of addresses, as the API has them. */
export interface PoolObjects {
  /** By our name of the kind, e.g. `CalicoIPAMBlock`; a kind that the cluster does not serve is absent. */
  readonly objects: Readonly<Partial<Record<Kind, readonly CustomObject[]>>>;
  /** Kinds that exist and could not be read. */
  readonly unread: readonly { readonly kind: Kind; readonly why: string }[];
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

/** Pools, blocks and per-node ranges of the plugins that run here. */
export const addressPools = collector({
  name: 'addressPools',
  what: "the network plugin's address pools",
  shows: ['IPPool', 'IPAMBlock', 'CiliumNode', 'NodeNetworkConfig'],
  scope: 'cluster',
  structured: true,
  permissions: poolKinds.map((kind) => `list ${resourceName(kind)}`),
  command: () =>
    'kubectl get ippools.crd.projectcalico.org,ipamblocks.crd.projectcalico.org,ciliumnodes.cilium.io,ippools.whereabouts.cni.cncf.io -A -o yaml',
  async collect({ cluster, read, signal }): Promise<PoolObjects> {
    const { kinds } = await read(plugins);
    const wanted = poolKinds.filter((kind) => kinds.includes(kind));
    const objects: Partial<Record<Kind, readonly CustomObject[]>> = {};
    const unread: { kind: Kind; why: string }[] = [];
    await Promise.all(
      wanted.map(async (kind) => {
        try {
          objects[kind] = (await cluster.list(kind, { signal })).items;
        } catch (error) {
          if (!(error instanceof ReadError)) throw error;
          if (error.reason !== 'not-installed') unread.push({ kind, why: error.message });
        }
      }),
    );
    return { objects, unread: unread.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)) };
  },
});
