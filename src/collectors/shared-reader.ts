import type { Kind, Kinds } from '../cluster/kinds.ts';
import type { ClusterReader, ListQuery, LogQuery } from '../cluster/reader.ts';
import type { Asked, ClusterView } from './cluster-view.ts';
import { limitIn } from './time-limit.ts';

/** How the reads of one triage are shared with the others. */
export interface Sharing extends Pick<Asked<unknown>, 'since' | 'notBefore'> {
  readonly view: ClusterView;
  /** How long a shared read may take, whichever triage asked for it first. */
  readonly timeoutMs: number;
}

/**
 * The reader for one triage: what another triage has just read by the very same request is not asked for again. A pod
 * and the events of one object are what a triage is about; they are read anew.
 */
export function sharedReader(cluster: ClusterReader, sharing: Sharing): ClusterReader {
  const { view, timeoutMs, since = null, notBefore = null } = sharing;
  // A shared read outlives those who asked for it, so that only its own time ends it.
  const share = <T>(key: string, load: (signal: AbortSignal) => Promise<T>, anew = false): Promise<T> =>
    view.share(
      key,
      async () => {
        using limit = limitIn(timeoutMs);
        return await load(limit.signal);
      },
      { since, notBefore, anew },
    );
  return {
    source: cluster.source,
    name: cluster.name,
    now: () => cluster.now(),
    get<K extends Kind>(kind: K, ref: { namespace?: string | undefined; name: string }) {
      const key = JSON.stringify(['get', kind, ref.namespace, ref.name]);
      return share<Kinds[K] | undefined>(key, (own) => cluster.get(kind, ref, own), kind === 'Pod');
    },
    list<K extends Kind>(kind: K, query: ListQuery = {}) {
      const { namespace, labelSelector, fieldSelector, limit } = query;
      const key = JSON.stringify(['list', kind, namespace, labelSelector, fieldSelector, limit]);
      const anew = kind === 'Event' && fieldSelector?.includes('involvedObject.name=') === true;
      return share(key, (own) => cluster.list(kind, { ...query, signal: own }), anew);
    },
    collect<K extends Kind, T>(kind: K, query: ListQuery, pick: (object: Kinds[K]) => T | undefined) {
      const { namespace, labelSelector, fieldSelector, limit } = query;
      // What is kept of the objects differs from one function to the other.
      const key = JSON.stringify(['collect', kind, namespace, labelSelector, fieldSelector, limit, numberOf(pick)]);
      return share(key, (own) => cluster.collect(kind, { ...query, signal: own }, pick));
    },
    logs(query: LogQuery) {
      const { signal: _signal, ...wanted } = query;
      return share(JSON.stringify(['logs', wanted]), (own) => cluster.logs({ ...wanted, signal: own }));
    },
    close: () => cluster.close(),
  };
}

const numbers = new WeakMap<object, number>();
let last = 0;

/** The same number for the same function. */
function numberOf(pick: object): number {
  const known = numbers.get(pick);
  if (known !== undefined) return known;
  last += 1;
  numbers.set(pick, last);
  return last;
}
