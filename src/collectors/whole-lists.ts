import type { ClusterReader, Listing } from '../cluster/reader.ts';

/** A reader that tells, beside each list that may lack something, what it lacks. */
export function tellingLacks(cluster: ClusterReader, tell: (lacks: string) => void): ClusterReader {
  const told = <T>(listing: Listing<T>): Listing<T> => {
    if (listing.lacks !== undefined) tell(listing.lacks);
    return listing;
  };
  return {
    source: cluster.source,
    name: cluster.name,
    now: () => cluster.now(),
    get: (kind, ref, signal) => cluster.get(kind, ref, signal),
    list: async (kind, query) => told(await cluster.list(kind, query)),
    collect: async (kind, query, pick) => told(await cluster.collect(kind, query, pick)),
    logs: (query) => cluster.logs(query),
    close: () => cluster.close(),
  };
}
