import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { podRows } from './pod-rows.ts';
import type { PodRow } from './pod-row.ts';
import { nodeNameOf } from './nodes.ts';
import { podsOfNamespace, podsOfNode } from './pods-where.ts';
import type { Pod } from '../cluster/wire.ts';
import { sh } from '../core/shell.ts';
import type { PodTarget, Target } from '../core/target.ts';
import { isFinished } from '../facts/pods.ts';

/** The pod that a triage looks at. */
export interface SubjectPod {
  /** Undefined when it does not exist any more, or when a wider target has no pod in trouble. */
  readonly pod?: Pod;
  /** The pod that the alert names; absent for wider targets. */
  readonly named?: { readonly namespace: string; readonly name: string };
  /** Where the alert names no pod that is still there: how this one was chosen. */
  readonly chosen?: string;
  /** Pods in the target's scope that are not Ready though they should be. */
  readonly troubled: readonly PodRow[];
}

/** Whether a pod ought to be Ready and is not. */
export function isTroubled(row: PodRow): boolean {
  return !row.ready && row.phase !== 'Succeeded' && row.phase !== 'Failed' && !row.terminating;
}

/** The alert's pod in full; for an alert about a node, a namespace or the cluster, the pod in it that is in most trouble. */
export const pod = collector({
  name: 'pod',
  what: 'the pod',
  shows: ['Pod'],
  scope: 'target',
  permissions: ['get pods', 'list pods', 'get nodes'],
  command: (target) => podCommand(target),
  async collect(collecting): Promise<SubjectPod> {
    const { target, cluster, signal } = collecting;
    if (target.kind !== 'pod') return worst(collecting);
    const named = { namespace: target.namespace, name: target.name };
    const found = slim(await cluster.get('Pod', named, signal));
    if (found !== undefined && !isFinished(found)) return { pod: found, named, troubled: [] };
    const successor = await unhealthySuccessor(collecting, target);
    if (successor !== undefined) return { ...successor, named };
    return found === undefined ? { named, troubled: [] } : { pod: found, named, troubled: [] };
  },
});

/** Without the record of who set which field, a third of a pod. */
function slim(found: Pod | undefined): Pod | undefined {
  if (found?.metadata?.managedFields === undefined) return found;
  const { managedFields: _managedFields, ...metadata } = found.metadata;
  return { ...found, metadata };
}

function podCommand(target: Target): string {
  switch (target.kind) {
    case 'pod':
      return sh`kubectl get pod ${target.name} -n ${target.namespace} -o yaml`;
    case 'node':
      return sh`kubectl get pods -A -o wide --field-selector ${`spec.nodeName=${target.name}`}`;
    case 'namespace':
      return sh`kubectl get pods -n ${target.name} -o wide`;
    case 'cluster':
      return 'kubectl get pods -A -o wide';
  }
}

/** Pods stuck before their network is up come first: they are what a network alert is about. */
async function worst(collecting: Collecting): Promise<SubjectPod> {
  const { cluster, signal } = collecting;
  const troubled = (await inScope(collecting))
    .filter(isTroubled)
    .toSorted((a, b) => severity(a) - severity(b) || (a.namespace + a.name < b.namespace + b.name ? -1 : 1));
  const first = troubled[0];
  if (first === undefined) return { troubled };
  const found = slim(await cluster.get('Pod', { namespace: first.namespace, name: first.name }, signal));
  return {
    ...(found === undefined ? {} : { pod: found }),
    chosen: `the worst of ${troubled.length} pods that are not Ready`,
    troubled: troubled.slice(0, 50),
  };
}

async function inScope(collecting: Collecting): Promise<readonly PodRow[]> {
  const { target } = collecting;
  if (target.kind === 'node') return podsOfNode(collecting, await nodeNameOf(collecting));
  return target.kind === 'namespace' ? podsOfNamespace(collecting, target.name) : collecting.read(podRows);
}

function severity(row: PodRow): number {
  if (!row.hostNetwork && row.waiting === 'ContainerCreating') return 0;
  return row.waiting === 'Unschedulable' ? 2 : 1;
}

/** A pod that is gone left its place to others of the same owner; one of those that is not Ready is looked at instead. */
async function unhealthySuccessor(collecting: Collecting, target: PodTarget): Promise<SubjectPod | undefined> {
  const rows = await podsOfNamespace(collecting, target.namespace);
  const troubled = siblingsByName(rows, target).filter(isTroubled);
  const first = troubled[0];
  if (first === undefined) return undefined;
  const found = slim(await collecting.cluster.get('Pod', { namespace: first.namespace, name: first.name }, collecting.signal));
  return found === undefined
    ? undefined
    : { pod: found, chosen: `${target.name} is gone; this is a pod of the same owner that is not Ready`, troubled };
}

/**
 * Pods of the owner of a pod that is gone, told by its name: a Deployment's pods are `<name>-<hash>-<5 characters>`,
 * a DaemonSet's and a Job's `<name>-<5 characters>` (Kubernetes' generateName), a StatefulSet's `<name>-<ordinal>`.
 */
export function siblingsByName(rows: readonly PodRow[], gone: { readonly namespace: string; readonly name: string }): readonly PodRow[] {
  const owners = [/^(.+)-[a-z0-9]{1,10}-[a-z0-9]{5}$/, /^(.+)-[a-z0-9]{5}$/, /^(.+)-\d+$/].flatMap(
    (form) => form.exec(gone.name)?.[1] ?? [],
  );
  return rows.filter(
    (row) => row.namespace === gone.namespace && row.name !== gone.name && row.owner !== null && owners.includes(row.owner.name),
  );
}
