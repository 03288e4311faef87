import type { Collecting } from './collector.ts';
import { unlessUnreadable } from './unread-parts.ts';
import type { UnreadParts } from './unread-parts.ts';
import type { DaemonSet, Deployment, KubernetesObject, Pod } from '../cluster/wire.ts';
import { ownerOf } from '../facts/pods.ts';

/** The DaemonSets; where they can't be read, as their pods show them: by owner, labels and images. */
export async function daemonSetsOf({ cluster, signal }: Collecting, unread: UnreadParts): Promise<readonly DaemonSet[]> {
  const listed = await unlessUnreadable(
    unread,
    'DaemonSets',
    async () => (await cluster.collect('DaemonSet', { signal }, (one: DaemonSet) => one)).items,
  );
  if (listed !== undefined) return listed;
  const { items } = await cluster.collect('Pod', { signal }, daemonSetOfPod);
  return eachOnce(items);
}

/** The Deployments; where they can't be read, as their pods show them. */
export async function deploymentsOf({ cluster, signal }: Collecting, unread: UnreadParts): Promise<readonly Deployment[] | undefined> {
  const listed = await unlessUnreadable(
    unread,
    'Deployments',
    async () => (await cluster.collect('Deployment', { signal }, (one: Deployment) => one)).items,
  );
  if (listed !== undefined || unread.told.every((what) => !what.startsWith('Deployments'))) return listed;
  const { items } = await cluster.collect('Pod', { signal }, deploymentOfPod);
  return eachOnce(items);
}

function deploymentOfPod(pod: Pod): Deployment | undefined {
  const owner = ownerOf(pod);
  if (owner?.kind !== 'Deployment' || pod.spec === undefined) return undefined;
  const { 'pod-template-hash': _hash, ...labels } = pod.metadata?.labels ?? {};
  return {
    metadata: { name: owner.name, namespace: owner.namespace },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod.spec } },
  };
}

function daemonSetOfPod({ metadata, spec }: Pod): DaemonSet | undefined {
  const owner = metadata?.ownerReferences?.find(({ kind }) => kind === 'DaemonSet');
  if (owner === undefined || spec === undefined) return undefined;
  // Its controller ties each pod to one node by an affinity of its own.
  const { affinity: _affinity, ...template } = spec;
  const { 'controller-revision-hash': _hash, 'pod-template-generation': _generation, ...labels } = metadata?.labels ?? {};
  return {
    metadata: { name: owner.name, ...(metadata?.namespace === undefined ? {} : { namespace: metadata.namespace }) },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: template } },
  };
}

function eachOnce<T extends KubernetesObject>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((one) => [`${one.metadata?.namespace ?? ''}/${one.metadata?.name ?? ''}`, one])).values()];
}
