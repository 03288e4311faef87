import { collector } from './collector.ts';
import { pod, siblingsByName } from './pod.ts';
import type { PodRow } from './pod-row.ts';
import { podsBeside, podsOfNamespace } from './pods-where.ts';
import { ownerOf } from '../facts/pods.ts';
import { sh } from '../core/shell.ts';

/** The workload that the pod belongs to, and its other pods. */
export interface WorkloadPods {
  /** Null for a pod of its own, and where it is gone and its name tells no owner. */
  readonly owner: { readonly kind: string; readonly namespace: string; readonly name: string } | null;
  /** The owner's other pods, those that are finished or terminating not among them. */
  readonly siblings: readonly PodRow[];
}

/** The pod's owner and its present pods. */
export const owner = collector({
  name: 'owner',
  what: "the owner's pods",
  shows: [],
  scope: 'target',
  structured: true,
  permissions: ['list pods'],
  command: (target) => (target.kind === 'pod' ? sh`kubectl get pods -n ${target.namespace} -o wide` : 'kubectl get pods -A -o wide'),
  async collect(collecting): Promise<WorkloadPods> {
    const { target } = collecting;
    const subject = await collecting.read(pod);
    const present = (row: PodRow): boolean => row.phase !== 'Succeeded' && row.phase !== 'Failed' && !row.terminating;
    if (subject.pod === undefined) {
      if (target.kind !== 'pod') return { owner: null, siblings: [] };
      const siblings = siblingsByName(await podsOfNamespace(collecting, target.namespace), target).filter(present);
      const first = siblings[0]?.owner;
      return { owner: first === undefined || first === null ? null : { ...first, namespace: target.namespace }, siblings };
    }
    const found = ownerOf(subject.pod);
    const { name, namespace } = subject.pod.metadata ?? {};
    if (found === undefined) return { owner: null, siblings: [] };
    const siblings = (await podsBeside(collecting, subject.pod)).filter(
      (row) => row.namespace === namespace && row.name !== name && row.owner?.kind === found.kind && row.owner.name === found.name,
    );
    return { owner: { kind: found.kind, namespace: found.namespace, name: found.name }, siblings: siblings.filter(present) };
  },
});
