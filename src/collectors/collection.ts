import type { Evidence, Gap, Recording } from '../core/evidence.ts';
import { redactedInTurns } from './redacted-in-turns.ts';
import type { Target } from '../core/target.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import { EvidenceMissing } from './collector.ts';
import type { Collecting, Collector } from './collector.ts';
import type { ClusterView } from './cluster-view.ts';
import { reasonOf } from './missing-reason.ts';
import type { NodeView } from './node-view.ts';
import type { Prober } from './prober.ts';
import { sharedReader } from './shared-reader.ts';
import { tellingLacks } from './whole-lists.ts';
import { limitIn, limitOf } from './time-limit.ts';
import type { TimeLimit } from './time-limit.ts';

/** What one triage collects with. */
export interface CollectionOptions {
  readonly target: Target;
  readonly cluster: ClusterReader;
  readonly view: ClusterView;
  /** Ends the collection: what is not there by then is missing with the reason `timeout`. */
  readonly signal: AbortSignal;
  readonly prober?: Prober | null;
  readonly nodeView?: NodeView | null;
  /** Since when the alert fires, in milliseconds of the Unix epoch: what others read before then is read again; null = unknown. */
  readonly since?: number | null;
  /** When it ended, in milliseconds of the Unix epoch: nothing that was read before then is used; null = it fires. */
  readonly notBefore?: number | null;
  /** How long a read of the shared view may take, whichever triage asked for it first. */
  readonly sharedTimeoutMs?: number;
  /** How long after its start a large read is waited for; absent = until the signal ends the triage. */
  readonly patienceMs?: number;
}

/** A list of 150,000 pods takes some 10 s, and more where the API server is busy. */
const largeTimeoutMs = 120_000;

/** Evidence, and whether its command names what only the reads have told. */
interface Performed {
  readonly evidence: Evidence<unknown>;
  readonly hasOwnCommand: boolean;
}

/**
 * The reads of one triage. Each collector is performed once, those who ask meanwhile share the promise, and a failure
 * is remembered too. Errors become missing evidence here and nowhere else; values are redacted before anybody sees them.
 */
export class Collection {
  readonly #options: CollectionOptions;
  readonly #cluster: ClusterReader;
  readonly #limit: TimeLimit;
  readonly #sharedTimeoutMs: number;
  readonly #evidence = new Map<string, Promise<Evidence<unknown>>>();

  constructor(options: CollectionOptions) {
    const { cluster, view, since = null, notBefore = null, sharedTimeoutMs = 30_000 } = options;
    this.#options = options;
    this.#limit = limitOf(options.signal);
    this.#sharedTimeoutMs = sharedTimeoutMs;
    this.#cluster = sharedReader(cluster, { view, since, notBefore, timeoutMs: sharedTimeoutMs });
  }

  /** The evidence of every collector given, and of those that they read in turn; never rejects. */
  async collect(collectors: readonly Collector[]): Promise<Recording> {
    using _limit = this.#limit;
    await Promise.all(collectors.map((one) => this.#evidenceOf(one)));
    const entries = await Promise.all([...this.#evidence].map(async ([name, evidence]) => [name, await evidence] as const));
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  #evidenceOf(one: Collector): Promise<Evidence<unknown>> {
    const known = this.#evidence.get(one.name);
    if (known !== undefined) return known;
    const evidence = one.scope === 'target' ? this.#own(one) : this.#shared(one);
    this.#evidence.set(one.name, evidence);
    return evidence;
  }

  async #own(one: Collector): Promise<Evidence<unknown>> {
    return (await this.#perform(one, this.#limit)).evidence;
  }

  /** A shared read outlives the triage that asked for it first, so it has a deadline of its own; this triage waits only for its own. */
  async #shared(one: Collector): Promise<Evidence<unknown>> {
    const { view, target, since = null, notBefore = null, patienceMs } = this.#options;
    const load = async (): Promise<Performed> => {
      using limit = limitIn(one.large === true ? largeTimeoutMs : this.#sharedTimeoutMs);
      return await this.#perform(one, limit);
    };
    try {
      const patience = patienceMs === undefined ? {} : { patienceMs, mayDoWithout: one.large === true };
      const shared = view.share(await this.#keyOf(one), load, { since, notBefore, isFailure: mayPass, ...patience });
      const { evidence, hasOwnCommand } = await this.#limit.within(shared);
      return hasOwnCommand ? evidence : { ...evidence, command: one.command(target) };
    } catch (error) {
      return { ...missing(error), command: one.command(target) };
    }
  }

  async #keyOf({ name, scope }: Collector): Promise<string> {
    if (typeof scope === 'string') return name;
    return `${name} of ${await scope({ target: this.#options.target, read: (other) => this.#valueOf(other) })}`;
  }

  async #perform(one: Collector, limit: TimeLimit): Promise<Performed> {
    const started = performance.now();
    let command: string | null = null;
    let truncated: string | null = null;
    const gaps: Gap[] = [];
    const inherit = <E extends Evidence<unknown>>(evidence: E): E => {
      if (evidence.status === 'collected') gaps.push(...(evidence.gaps ?? []).filter(({ weight }) => weight === 'open'));
      return evidence;
    };
    // What is shared as a whole need not be kept in its parts.
    const cluster = one.scope === 'cluster' ? this.#options.cluster : this.#cluster;
    const collecting: Collecting = {
      target: this.#options.target,
      cluster: tellingLacks(cluster, (why) => void gaps.push({ reason: 'not-captured', why, weight: 'open' })),
      signal: limit.signal,
      now: this.#cluster.now().toISOString(),
      prober: this.#options.prober ?? null,
      nodeView: this.#options.nodeView ?? null,
      read: async <V>(other: Collector<string, V>) => valueIn(other, inherit(await this.#evidenceOf(other))) as V,
      evidence: async <V>(other: Collector<string, V>) => inherit((await this.#evidenceOf(other)) as Evidence<V>),
      reproduceBy: (better) => {
        command = better;
      },
      cut: (what) => {
        truncated = what;
      },
      lacks: ({ reason, message }, weight) => {
        if (reason !== 'not-installed') gaps.push({ reason, why: message, weight });
      },
    };
    const evidence = async (): Promise<Evidence<unknown>> => {
      try {
        const read = await limit.within(one.collect(collecting));
        const value = one.structured === true ? read : await redactedInTurns(read);
        const lacking = gaps.length === 0 ? {} : { gaps };
        return { status: 'collected', value, command: '', collectedAt: collecting.now, truncated, ...lacking, durationMs: 0 };
      } catch (error) {
        return missing(error);
      }
    };
    const timed = { ...(await evidence()), durationMs: Math.round(performance.now() - started) };
    return { evidence: { ...timed, command: command ?? one.command(this.#options.target) }, hasOwnCommand: command !== null };
  }

  async #valueOf<V>(other: Collector<string, V>): Promise<V> {
    return valueIn(other, await this.#evidenceOf(other)) as V;
  }
}

/** The value; throws where it is missing. */
function valueIn(other: Collector, evidence: Evidence<unknown>): unknown {
  if (evidence.status === 'missing') throw new EvidenceMissing(evidence.reason, `needs ${other.what}: ${evidence.why}`);
  return evidence.value;
}

/** Whether what is missing now may be there when it is asked for again. */
function mayPass({ evidence }: Performed): boolean {
  return evidence.status === 'missing' && !['not-applicable', 'not-installed', 'manual', 'not-captured'].includes(evidence.reason);
}

function missing(error: unknown): Evidence<never> & { status: 'missing' } {
  return { status: 'missing', ...reasonOf(error), command: '', durationMs: 0 };
}
