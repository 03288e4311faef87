import { collector } from './collector.ts';
import type { Collecting } from './collector.ts';
import { node } from './node.ts';
import { owner } from './owner.ts';
import { pod } from './pod.ts';
import type { ClusterEvent } from '../cluster/wire.ts';
import { sh } from '../core/shell.ts';
import { byTime } from '../facts/events.ts';
import type { ObservedEvent } from '../facts/events.ts';

const kept = 200;

/**
 * The pod's events, oldest first; those of a namesake (another uid) are not among them. Where there is no one pod to
 * look at, the sandbox failures in the target's scope, which say the same of the network.
 */
export const podEvents = collector({
  name: 'podEvents',
  what: "the pod's events",
  shows: ['Event'],
  scope: 'target',
  permissions: ['list events'],
  command: (target) =>
    target.kind === 'pod'
      ? sh`kubectl get events -n ${target.namespace} --field-selector ${`involvedObject.kind=Pod,involvedObject.name=${target.name}`} --sort-by=.lastTimestamp`
      : 'kubectl get events -A --field-selector reason=FailedCreatePodSandBox',
  async collect(collecting): Promise<readonly ObservedEvent[]> {
    const { target, read } = collecting;
    const subject = await read(pod);
    const name = subject.pod?.metadata?.name ?? (target.kind === 'pod' ? target.name : undefined);
    const namespace = subject.pod?.metadata?.namespace ?? (target.kind === 'pod' ? target.namespace : undefined);
    if (name === undefined || namespace === undefined) return sandboxFailures(collecting);
    const events = await list(collecting, { namespace, fieldSelector: `involvedObject.kind=Pod,involvedObject.name=${name}` });
    const uid = subject.pod?.metadata?.uid;
    return byTime(events)
      .filter(({ object }) => uid === undefined || object.uid === null || object.uid === uid)
      .slice(-kept);
  },
});

async function sandboxFailures(collecting: Collecting): Promise<readonly ObservedEvent[]> {
  const { target, read } = collecting;
  const host = target.kind === 'node' ? (await read(node))?.metadata?.name : undefined;
  const events = await list(collecting, {
    namespace: target.kind === 'namespace' ? target.name : undefined,
    fieldSelector: 'reason=FailedCreatePodSandBox',
  });
  return byTime(events)
    .filter((event) => target.kind !== 'node' || event.host === host)
    .slice(-kept);
}

async function list(
  { cluster, signal, cut }: Collecting,
  query: { namespace?: string | undefined; fieldSelector: string },
): Promise<readonly ClusterEvent[]> {
  const { items, truncated } = await cluster.list('Event', { ...query, limit: 1000, signal });
  if (truncated) cut('the first 1,000 events');
  return items;
}

/** Events of the pod's owner, where quota refusals and the like stand; oldest first. */
export const ownerEvents = collector({
  name: 'ownerEvents',
  what: "the owner's events",
  shows: ['Event'],
  scope: 'target',
  permissions: ['list events'],
  command: (target) => (target.kind === 'pod' ? sh`kubectl get events -n ${target.namespace}` : 'kubectl get events -A'),
  async collect(collecting): Promise<readonly ObservedEvent[]> {
    const { owner: found } = await collecting.read(owner);
    if (found === null) return [];
    const events = await list(collecting, { namespace: found.namespace, fieldSelector: `involvedObject.namespace=${found.namespace}` });
    return byTime(events)
      .filter(({ object }) => object.name === found.name || (object.kind === 'ReplicaSet' && object.name.startsWith(`${found.name}-`)))
      .slice(-kept);
  },
});
