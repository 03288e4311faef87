import type { Kind } from '../../../src/cluster/kinds.ts';
import { ReadError } from '../../../src/cluster/reader.ts';
import type { ClusterReader, ListQuery, LogQuery, ObjectRef } from '../../../src/cluster/reader.ts';

/** One kind of evidence that may not be read, and what must be said of it. */
export interface Blindness {
  readonly name: string;
  readonly kinds?: readonly Kind[];
  readonly logs?: true;
  /** Narrows it to lists with a label selector, which is how the pods of the plugin are asked for. */
  readonly bySelector?: true;
  /** What `unchecked` must list, by its words. */
  readonly unchecked: RegExp;
  /** Rules that cannot be answered then, as "runbook number". */
  readonly rules: readonly string[];
}

export const blindnesses: readonly Blindness[] = [
  { name: 'events', kinds: ['Event'], unchecked: /events/, rules: ['PodIPConflict 1', 'PodIPNotReachable 1', 'PodIPNotReachable 3'] },
  { name: 'logs', logs: true, unchecked: /log/, rules: ['PodIPConflict 4', 'PodIPNotReachable 6'] },
  { name: 'the pods of the plugin', kinds: ['Pod'], bySelector: true, unchecked: /plugin's pods/, rules: ['PodIPConflict 3', 'PodIPNotReachable 2'] },
  { name: 'nodes', kinds: ['Node'], unchecked: /node/, rules: ['PodIPConflict 5', 'PodIPConflict 6'] },
  { name: 'DaemonSets and Deployments', kinds: ['DaemonSet', 'Deployment'], unchecked: /plugins/, rules: [] },
  { name: 'network policies', kinds: ['NetworkPolicy'], unchecked: /polic/, rules: [] },
  { name: "the plugin's own records", kinds: ['CalicoIPPool', 'CalicoIPAMBlock', 'CiliumNode', 'WhereaboutsIPPool', 'NodeNetworkConfig'], unchecked: /pools/, rules: [] },
];

/** A reader that is refused one kind of evidence with 403, and answers all else as before. */
export function blinded(reader: ClusterReader, blindness: Blindness): ClusterReader {
  const refuse = (what: string): never => {
    throw new ReadError('forbidden', `${what} is forbidden: User "triage" cannot read it (403)`);
  };
  const covers = (kind: Kind, query: ListQuery = {}): boolean => blindness.kinds?.includes(kind) === true && (blindness.bySelector === undefined || query.labelSelector !== undefined);
  return {
    source: reader.source,
    name: reader.name,
    now: () => reader.now(),
    get: async (kind, ref: ObjectRef, signal) => (blindness.bySelector === undefined && covers(kind) ? refuse(kind) : reader.get(kind, ref, signal)),
    list: async (kind, query) => (covers(kind, query) ? refuse(kind) : reader.list(kind, query)),
    collect: async (kind, query, pick) => (covers(kind, query) ? refuse(kind) : reader.collect(kind, query, pick)),
    logs: async (query: LogQuery) => (blindness.logs === true ? refuse('pods/log') : reader.logs(query)),
    close: () => reader.close(),
  };
}
