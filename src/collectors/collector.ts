import type { MissingReason } from '../core/evidence.ts';
import type { Reading } from '../core/runbook.ts';
import type { Target } from '../core/target.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import type { NodeView } from './node-view.ts';
import type { Prober } from './prober.ts';

/** Thrown by a collector whose evidence can't be had for a reason that no read has told: it does not apply, or a person has to look. */
export class EvidenceMissing extends Error {
  readonly reason: MissingReason;

  constructor(reason: MissingReason, why: string, options?: ErrorOptions) {
    super(why, options);
    this.name = 'EvidenceMissing';
    this.reason = reason;
  }
}

/** What a collector works with. */
export interface Collecting {
  readonly target: Target;
  readonly cluster: ClusterReader;
  readonly signal: AbortSignal;
  /** RFC 3339. */
  readonly now: string;
  /** Another collector's value; it is read once for all who ask. Throws EvidenceMissing where it is missing. */
  readonly read: <V>(other: Collector<string, V>) => Promise<V>;
  /** Says what was cut from the value, e.g. "the newest 200 of 1,400 events". */
  readonly cut: (what: string) => void;
  /** Replaces the command by one with names that only the reads have told. */
  readonly reproduceBy: (command: string) => void;
  /** Opens connections to pods; null where this process is no pod of the target's cluster. */
  readonly prober: Prober | null;
  /** Asks the node agents; null where none are configured. */
  readonly nodeView: NodeView | null;
}

/** A declaration of one thing that can be fetched. Nothing has happened until a collection performs it. */
export interface Collector<Name extends string = string, Value = unknown> extends Reading<Name, Value> {
  /** `cluster`: the same for every alert of the moment, read once and shared. `target`: read for each triage. */
  readonly scope: 'cluster' | 'target';
  /** It holds names, addresses and numbers only: there is nothing in it to mask. */
  readonly structured?: true;
  /** What RBAC must allow, as `get pods` or `list ippools.crd.projectcalico.org`. */
  readonly permissions: readonly string[];
  /** The command that shows the same to a person. */
  command(target: Target): string;
  /** The value; undefined in it where something does not exist. Throws what could not be read. */
  collect(collecting: Collecting): Promise<Value>;
}

/** Declares a collector; it fetches and bounds, and never judges. */
export function collector<const Name extends string, Value>(
  declaration: Omit<Collector<Name, Value>, 'value' | 'dispensable'>,
): Collector<Name, Value> {
  return declaration;
}
