import type { Evidence, Gap, MissingReason } from '../core/evidence.ts';
import type { Reading } from '../core/runbook.ts';
import type { Target } from '../core/target.ts';
import type { ClusterReader, ReadError } from '../cluster/reader.ts';
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
  /** Another collector's evidence, for those who can do without its value. */
  readonly evidence: <V>(other: Collector<string, V>) => Promise<Evidence<V>>;
  /** Says what was cut from the value, e.g. "the newest 200 of 1,400 events". */
  readonly cut: (what: string) => void;
  /** Says what of the value could not be read, and how much that matters; a kind that the cluster does not serve lacks nothing. */
  readonly lacks: (error: ReadError, weight: Gap['weight']) => void;
  /** Replaces the command by one with names that only the reads have told. */
  readonly reproduceBy: (command: string) => void;
  /** Opens connections to pods; null where this process is no pod of the target's cluster. */
  readonly prober: Prober | null;
  /** Asks the node agents; null where none are configured. */
  readonly nodeView: NodeView | null;
}

/**
 * Which triages share what was read. `target`: each reads for itself. `cluster`: it is the same for every alert of the
 * moment. A function: it is the same for all triages for which the function gives the same words, e.g. the name of
 * their pod's node.
 */
export type Scope = 'target' | 'cluster' | ((collecting: Pick<Collecting, 'target' | 'read'>) => Promise<string>);

/** A declaration of one thing that can be fetched. Nothing has happened until a collection performs it. */
export interface Collector<Name extends string = string, Value = unknown> extends Reading<Name, Value> {
  readonly scope: Scope;
  /** It may take longer than a triage has time: the read goes on in the background, and later triages have its value. */
  readonly large?: true;
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
