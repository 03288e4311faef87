import type { Node } from '../cluster/wire.ts';
import type { PoolObjects } from '../collectors/address-pools.ts';
import type { ContainerLog } from '../collectors/cni-logs.ts';
import type { PodRow } from '../collectors/pod-row.ts';
import { recorded } from '../core/evidence.ts';
import type { Recording } from '../core/evidence.ts';
import type { Moment } from '../core/moment.ts';
import { calicoInTurn } from '../network/ipam/calico-pools.ts';
import { surroundingsOf } from '../network/node-addresses.ts';
import { nodeRanges } from './rules/cidr-overlap.ts';
import { classifiedOn } from './rules/plugin-logs.ts';

/**
 * Works out beforehand what rules need of long lists and logs, in steps of a few milliseconds, so that others get their turn between. The rules
 * find it ready; without this, the first one that asks would work it out in one go: a tenth of a second for the ranges of 5,000 nodes.
 */
export function* digest(recording: Recording, { now }: Pick<Moment, 'now'>): Generator<void, void> {
  const nodes = recorded<readonly Node[]>(recording, 'nodes') ?? [];
  yield* surroundingsOf.stepwise(nodes);
  yield* nodeRanges.stepwise(nodes);
  const [pools, pods] = [recorded<PoolObjects>(recording, 'addressPools'), recorded<readonly PodRow[]>(recording, 'podRows')];
  if (pools !== undefined && pods !== undefined) yield* calicoInTurn({ objects: pools.objects, pods });
  for (const log of recorded<readonly ContainerLog[]>(recording, 'cniLogs') ?? []) yield* classifiedOn(now).stepwise(log);
}
