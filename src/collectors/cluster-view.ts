import type { Evidence } from '../core/evidence.ts';

interface Shared {
  readonly startedAt: number;
  readonly evidence: Promise<Evidence<unknown>>;
}

/**
 * What is the same for every alert of the moment, read once and shared by all triages of a process.
 *
 * A value is used for `maxAgeMs` from the start of its read; whoever asks meanwhile shares the read under way. What
 * could not be read is not kept: the next triage tries again.
 */
export class ClusterView {
  readonly #shared = new Map<string, Shared>();
  readonly #maxAgeMs: number;
  readonly #clock: () => number;

  constructor(options: { maxAgeMs: number; clock?: () => number }) {
    this.#maxAgeMs = options.maxAgeMs;
    this.#clock = options.clock ?? Date.now;
  }

  /** The evidence under `key`, from a read that is young enough or from `load`. */
  share(key: string, load: () => Promise<Evidence<unknown>>): Promise<Evidence<unknown>> {
    const now = this.#clock();
    const known = this.#shared.get(key);
    if (known !== undefined && now - known.startedAt < this.#maxAgeMs) return known.evidence;
    const evidence = load();
    const shared = { startedAt: now, evidence };
    this.#shared.set(key, shared);
    const forget = (): void => {
      if (this.#shared.get(key) === shared) this.#shared.delete(key);
    };
    evidence.then((it) => {
      if (it.status === 'missing') forget();
    }, forget);
    return evidence;
  }
}
