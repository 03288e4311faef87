import type { Kind, Kinds } from '../cluster/kinds.ts';
import { ReadError } from '../cluster/reader.ts';
import type { ClusterReader, ListQuery, ObjectRef } from '../cluster/reader.ts';
import type { ClusterEvent, Pod } from '../cluster/wire.ts';

/** More of them would take more memory than the looks that they save are worth. */
const most = 5_000;

/**
 * A reader that knows the pods which wait on their nodes, and the warnings about them, from two lists, instead of asking twice for each of
 * hundreds. Of every other pod, and where a list could not be read, the cluster is asked as before; for events also where there are more
 * warnings than are read. The lists are as old as the reader, so it is for one pass only; it tells a waiting pod's warnings and none of
 * its other events.
 */
export async function readAhead(cluster: ClusterReader, signal: AbortSignal): Promise<ClusterReader> {
  const listed = await listsOf(cluster, signal);
  if (listed === undefined) return cluster;
  const pods = new Map(listed.pods.map((pod) => [nameOf(pod.metadata), pod]));
  const warnings = listed.warnings && Map.groupBy(listed.warnings, ({ involvedObject }) => nameOf(involvedObject));
  return {
    source: cluster.source,
    name: cluster.name,
    now: () => cluster.now(),
    async get<K extends Kind>(kind: K, ref: ObjectRef, own?: AbortSignal) {
      const known = kind === 'Pod' ? pods.get(nameOf(ref)) : undefined;
      return known === undefined ? cluster.get(kind, ref, own) : (known as Kinds[K]);
    },
    async list<K extends Kind>(kind: K, query: ListQuery = {}) {
      const pod = kind === 'Event' ? podOf(query) : undefined;
      if (warnings === undefined || pod === undefined || !pods.has(pod)) return cluster.list(kind, query);
      const items: readonly unknown[] = warnings.get(pod) ?? [];
      return { items: items as readonly Kinds[K][], truncated: false };
    },
    collect: (kind, query, pick) => cluster.collect(kind, query, pick),
    logs: (query) => cluster.logs(query),
    close: () => cluster.close(),
  };
}

interface Lists {
  readonly pods: readonly Pod[];
  /** Undefined where there are more. */
  readonly warnings: readonly ClusterEvent[] | undefined;
}

/** Undefined where they cannot be read. */
async function listsOf(cluster: ClusterReader, signal: AbortSignal): Promise<Lists | undefined> {
  try {
    const [pods, warnings] = await Promise.all([
      cluster.list('Pod', { fieldSelector: 'status.phase=Pending,spec.nodeName!=', limit: most, signal }),
      cluster.list('Event', { fieldSelector: 'involvedObject.kind=Pod,type=Warning', limit: most, signal }),
    ]);
    return { pods: pods.items, warnings: warnings.truncated ? undefined : warnings.items };
  } catch (error) {
    if (error instanceof ReadError) return undefined;
    throw error;
  }
}

/** The pod whose events the query asks for; undefined where it asks for others. */
function podOf({ namespace, fieldSelector }: ListQuery): string | undefined {
  const name = /^involvedObject\.kind=Pod,involvedObject\.name=([^,=]+)$/.exec(fieldSelector ?? '')?.[1];
  return name === undefined ? undefined : nameOf({ namespace, name });
}

function nameOf(object: { readonly namespace?: string | undefined; readonly name?: string | undefined } | undefined): string {
  return `${object?.namespace ?? ''}/${object?.name ?? ''}`;
}
