import type { Kind } from '../../src/cluster/kinds.ts';
import { resourceName } from '../../src/cluster/kinds.ts';
import { ReadError } from '../../src/cluster/reader.ts';
import type { ClusterReader } from '../../src/cluster/reader.ts';

/** A cluster that refuses to show some kinds, or logs, and notes what was asked for. */
export interface Refusing {
  readonly through: (reader: ClusterReader) => ClusterReader;
  readonly asked: ReadonlySet<Kind | 'log'>;
}

/** A reader in front of another that answers 403 for the kinds given; custom kinds of the cluster stay served. */
export function refusing(...refused: readonly (Kind | 'log')[]): Refusing {
  const asked = new Set<Kind | 'log'>();
  const check = (kind: Kind | 'log'): void => {
    asked.add(kind);
    if (refused.includes(kind)) {
      const what = kind === 'log' ? 'pods/log' : resourceName(kind);
      throw new ReadError('forbidden', `Reading ${what} is forbidden (403)`);
    }
  };
  const through = (reader: ClusterReader): ClusterReader => ({
    source: reader.source,
    name: reader.name,
    now: () => reader.now(),
    async get(kind, ref, signal) {
      check(kind);
      return reader.get(kind, ref, signal);
    },
    async list(kind, query) {
      check(kind);
      return reader.list(kind, query);
    },
    async collect(kind, query, pick) {
      check(kind);
      return reader.collect(kind, query, pick);
    },
    async logs(query) {
      check('log');
      return reader.logs(query);
    },
    close: async () => reader.close(),
  });
  return { through, asked };
}
