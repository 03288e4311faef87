import { podsByName, podsByNode } from '../network/ipam/pod-index.ts';
import { addressIndex } from './address-index.ts';
import { collector } from './collector.ts';
import { inTurns } from './in-turns.ts';
import { podRow } from './pod-row.ts';
import type { PodRow } from './pod-row.ts';

/** A row for every pod of the cluster: addresses, node, readiness. */
export const podRows = collector({
  name: 'podRows',
  what: "every pod's addresses",
  shows: ['Pod'],
  scope: 'cluster',
  large: true,
  structured: true,
  permissions: ['list pods'],
  command: () => 'kubectl get pods -A -o wide',
  async collect({ cluster, signal }): Promise<readonly PodRow[]> {
    const { items } = await cluster.collect('Pod', { signal }, podRow);
    for (const index of [addressIndex, podsByName, podsByNode]) await inTurns(index.stepwise(items));
    return items;
  },
});
