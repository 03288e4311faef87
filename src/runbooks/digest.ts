import type { Node } from '../cluster/wire.ts';
import type { ContainerLog } from '../collectors/cni-logs.ts';
import { recorded } from '../core/evidence.ts';
import type { Recording } from '../core/evidence.ts';
import type { Moment } from '../core/moment.ts';
import { surroundingsOf } from '../network/node-addresses.ts';
import { nodeRanges } from './rules/cidr-overlap.ts';
import { classifiedOn } from './rules/plugin-logs.ts';

/**
 * Works out what rules need of long lists and logs, a few milliseconds at a time, so that others get their turn between. The rules find it at hand;
 * without this each would work it out at once, which takes a tenth of a second for the ranges of 5,000 nodes.
 */
export function* digest(recording: Recording, { now }: Pick<Moment, 'now'>): Generator<void, void> {
  const nodes = recorded<readonly Node[]>(recording, 'nodes') ?? [];
  yield* surroundingsOf.stepwise(nodes);
  yield* nodeRanges.stepwise(nodes);
  for (const log of recorded<readonly ContainerLog[]>(recording, 'cniLogs') ?? []) yield* classifiedOn(now).stepwise(log);
}
