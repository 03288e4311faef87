import type { Evidence, MissingReason, Recording } from '../core/evidence.ts';
import { redactObject } from '../core/redact.ts';
import type { Target } from '../core/target.ts';
import type { ClusterReader } from '../cluster/reader.ts';
import { ReadError } from '../cluster/reader.ts';
import { EvidenceMissing } from './collector.ts';
import type { Collecting, Collector } from './collector.ts';
import type { ClusterView } from './cluster-view.ts';
import type { NodeView } from './node-view.ts';
import type { Prober } from './prober.ts';

/** What one triage collects with. */
export interface CollectionOptions {
  readonly target: Target;
  readonly cluster: ClusterReader;
  readonly view: ClusterView;
  /** Ends the collection: what is not there by then is missing with the reason `timeout`. */
  readonly signal: AbortSignal;
  readonly prober?: Prober | null;
  readonly nodeView?: NodeView | null;
  /** How long a read of the shared view may take, whichever triage asked for it first. */
  readonly sharedTimeoutMs?: number;
}

/**
 * The reads of one triage. Each collector is performed once, those who ask meanwhile share the promise, and a failure
 * is remembered too. Errors become missing evidence here and nowhere else; values are redacted before anybody sees them.
 */
export class Collection {
  readonly #options: CollectionOptions;
  readonly #evidence = new Map<string, Promise<Evidence<unknown>>>();

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  /** The evidence of every collector given, and of those that they read in turn; never rejects. */
  async collect(collectors: readonly Collector[]): Promise<Recording> {
    await Promise.all(collectors.map((one) => this.#evidenceOf(one)));
    const entries = await Promise.all([...this.#evidence].map(async ([name, evidence]) => [name, await evidence] as const));
    return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  #evidenceOf(one: Collector): Promise<Evidence<unknown>> {
    const known = this.#evidence.get(one.name);
    if (known !== undefined) return known;
    const evidence = one.scope === 'cluster' ? this.#fromView(one) : this.#perform(one, this.#options.signal);
    this.#evidence.set(one.name, evidence);
    return evidence;
  }

  /** A shared read outlives the triage that asked for it first, so it has a deadline of its own; this triage waits only for its own. */
  #fromView(one: Collector): Promise<Evidence<unknown>> {
    const { view, signal, sharedTimeoutMs = 30_000 } = this.#options;
    const shared = view.share(one.name, () => this.#perform(one, AbortSignal.timeout(sharedTimeoutMs)));
    return orTimeout(shared, signal).catch((error: unknown) => missing(one, error, this.#options.target));
  }

  async #perform(one: Collector, signal: AbortSignal): Promise<Evidence<unknown>> {
    const started = performance.now();
    let command = one.command(this.#options.target);
    let truncated: string | null = null;
    const collecting: Collecting = {
      target: this.#options.target,
      cluster: this.#options.cluster,
      signal,
      now: this.#options.cluster.now().toISOString(),
      prober: this.#options.prober ?? null,
      nodeView: this.#options.nodeView ?? null,
      read: (other) => this.#valueOf(other),
      reproduceBy: (better) => {
        command = better;
      },
      cut: (what) => {
        truncated = what;
      },
    };
    try {
      const read = await orTimeout(one.collect(collecting), signal);
      const value = one.structured === true ? read : redactObject(read);
      return { status: 'collected', value, command, collectedAt: collecting.now, truncated, durationMs: elapsed(started) };
    } catch (error) {
      return { ...missing(one, error, this.#options.target), command, durationMs: elapsed(started) };
    }
  }

  async #valueOf<V>(other: Collector<string, V>): Promise<V> {
    const evidence = await this.#evidenceOf(other);
    if (evidence.status === 'missing') throw new EvidenceMissing(evidence.reason, `needs ${other.what}: ${evidence.why}`);
    return evidence.value as V;
  }
}

function elapsed(since: number): number {
  return Math.round(performance.now() - since);
}

function missing(one: Collector, error: unknown, target: Target): Evidence<never> & { status: 'missing' } {
  const { reason, why } = reasonOf(error);
  return { status: 'missing', reason, why, command: one.command(target), durationMs: 0 };
}

function reasonOf(error: unknown): { reason: MissingReason; why: string } {
  if (error instanceof EvidenceMissing || error instanceof ReadError) return { reason: error.reason, why: error.message };
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return { reason: 'timeout', why: 'it did not answer in time' };
  }
  return { reason: 'failed', why: error instanceof Error ? error.message : String(error) };
}

/** The promise's outcome, or a TimeoutError as soon as the signal ends it; the slow read is left to its own devices. */
function orTimeout<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(timeoutError());
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      reject(timeoutError());
    };
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}

function timeoutError(): Error {
  return new DOMException('it did not answer in time', 'TimeoutError');
}
