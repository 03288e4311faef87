import { EvidenceMissing } from './collector.ts';
import type { Collecting } from './collector.ts';
import type { Pod } from '../cluster/wire.ts';
import { podRow } from './pod-row.ts';
import { podRows } from './pod-rows.ts';
import type { PodRow } from './pod-row.ts';
import { oncePer } from '../core/once-per.ts';

/** Which pods are asked for, as the API server selects them and as a row shows them. */
interface Wanted {
  readonly query: { readonly namespace?: string; readonly fieldSelector?: string; readonly labelSelector?: string };
  readonly from: (rows: readonly PodRow[]) => readonly PodRow[] | undefined;
  /** How the list of those alone holds less than the list of all would. */
  readonly narrows?: string;
}

const byNode = oncePer((rows: readonly PodRow[]) => Map.groupBy(rows, ({ node }) => node));
const byNamespace = oncePer((rows: readonly PodRow[]) => Map.groupBy(rows, ({ namespace }) => namespace));

/** In a cluster of so many pods the list of all is minutes old at times, and a short list of those in question is better. */
const manyPods = 5_000;

/** Rows of the node's pods. */
export function podsOfNode(collecting: Collecting, node: string): Promise<readonly PodRow[]> {
  return podsWhere(collecting, { query: { fieldSelector: `spec.nodeName=${node}` }, from: (rows) => byNode(rows).get(node) });
}

/** Rows of the namespace's pods. */
export function podsOfNamespace(collecting: Collecting, namespace: string): Promise<readonly PodRow[]> {
  return podsWhere(collecting, { query: { namespace }, from: (rows) => byNamespace(rows).get(namespace) });
}

/** Labels by which controllers tell the pods of one revision, or of one Job. */
const revisionLabels = ['pod-template-hash', 'controller-revision-hash', 'batch.kubernetes.io/job-name', 'job-name'] as const;

/** Rows of the namespace's pods; in a large cluster only those of the same revision of a workload, and says so. */
export function podsBeside(collecting: Collecting, { metadata }: Pod): Promise<readonly PodRow[]> {
  const { namespace = 'default', labels = {} } = metadata ?? {};
  const label = revisionLabels.find((one) => labels[one] !== undefined);
  if (label === undefined) return podsOfNamespace(collecting, namespace);
  return podsWhere(collecting, {
    query: { namespace, labelSelector: `${label}=${labels[label] ?? ''}` },
    from: (rows) => byNamespace(rows).get(namespace),
    narrows: `only pods with the label ${label}=${labels[label] ?? ''}`,
  });
}

/**
 * Rows of the pods that have an address as their first, which is all that the API server can select by
 * (kubernetes/kubernetes pkg/registry/core/pod/strategy.go: `status.podIP`). The address is written as the pod has it.
 */
export async function podsWithFirstAddress({ cluster, signal }: Collecting, address: string): Promise<readonly PodRow[]> {
  return (await cluster.collect('Pod', { fieldSelector: `status.podIP=${address}`, signal }, podRow)).items;
}

/** From the list of all pods where that is at hand and small, which costs nothing more; else from a list of those alone. */
async function podsWhere(collecting: Collecting, { query, from, narrows }: Wanted): Promise<readonly PodRow[]> {
  const all = await collecting.evidence(podRows);
  if (all.status === 'collected' && all.value.length < manyPods) return from(all.value) ?? [];
  if (all.status === 'missing' && all.reason !== 'timeout') throw new EvidenceMissing(all.reason, `needs ${podRows.what}: ${all.why}`);
  const { cluster, signal, cut } = collecting;
  if (narrows !== undefined) cut(narrows);
  return (await cluster.collect('Pod', { ...query, signal }, podRow)).items;
}
