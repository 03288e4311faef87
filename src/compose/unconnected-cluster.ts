import { type ClusterReader, ReadError } from '../cluster/reader.ts';

/** Stands for a cluster that there is no way to: every read fails with the reason, so that diagnoses say what they lack. */
export function unconnectedCluster(name: string, why: string): ClusterReader {
  const fail = async (): Promise<never> => {
    throw new ReadError('unreachable', why);
  };
  return { source: 'live', name, now: () => new Date(), get: fail, list: fail, collect: fail, logs: fail, close: async () => {} };
}
