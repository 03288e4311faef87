import { Collection } from '../collectors/collection.ts';
import type { CollectionOptions } from '../collectors/collection.ts';
import { pod } from '../collectors/pod.ts';
import { podEvents } from '../collectors/pod-events.ts';
import type { Recording } from '../core/evidence.ts';
import { targetOf } from '../core/target.ts';

/** The pod that the labels name, and its events; null where they name none. Never rejects: what could not be read is missing. */
export async function lookAtPod(
  labels: Readonly<Record<string, string>>,
  options: Pick<CollectionOptions, 'cluster' | 'view' | 'signal'>,
): Promise<Recording | null> {
  const target = targetOf(labels);
  return target.kind === 'pod' ? new Collection({ ...options, target }).collect([pod, podEvents]) : null;
}
