import { Collection } from '../collectors/collection.ts';
import type { CollectionOptions } from '../collectors/collection.ts';
import type { ClusterView } from '../collectors/cluster-view.ts';
import { pod } from '../collectors/pod.ts';
import { podEvents } from '../collectors/pod-events.ts';
import { readAhead } from '../collectors/read-ahead.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import type { Recording } from '../core/evidence.ts';
import { targetOf } from '../core/target.ts';
import type { LookAtPod } from './confirm-waiting.ts';

/** So many pods are looked at sooner one by one than by lists of the cluster. */
const few = 100;

/**
 * Looks at the pods that alerts of one cluster name, each by `lookAtPod`; where they are many, the waiting pods and their warnings are
 * read at once before.
 */
export async function lookAtPods(
  count: number,
  { cluster, view, signal }: { readonly cluster: ClusterReader; readonly view: ClusterView; readonly signal: AbortSignal },
): Promise<LookAtPod> {
  const reader = count <= few ? cluster : await readAhead(cluster, signal);
  return async (labels, own) => lookAtPod(labels, { cluster: reader, view, signal: own });
}

/** The pod that the labels name, and its events; null where they name none. Never rejects: what could not be read is missing. */
export async function lookAtPod(
  labels: Readonly<Record<string, string>>,
  options: Pick<CollectionOptions, 'cluster' | 'view' | 'signal'>,
): Promise<Recording | null> {
  const target = targetOf(labels);
  return target.kind === 'pod' ? new Collection({ ...options, target }).collect([pod, podEvents]) : null;
}
