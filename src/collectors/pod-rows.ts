import { indexByAddress } from './address-index.ts';
import { collector } from './collector.ts';
import { podRow } from './pod-row.ts';

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
  collect: async ({ cluster, signal }) => indexByAddress((await cluster.collect('Pod', { signal }, podRow)).items),
});
