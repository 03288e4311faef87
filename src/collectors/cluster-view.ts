import { StillReading } from './still-reading.ts';

/** How long values are used. */
export interface ViewAges {
  /** A value is used so long, counted from the start of its read. */
  readonly maxAgeMs: number;
  /** Whoever needs something newer than the value gets it, but not sooner than so long after the last read began. */
  readonly refreshMs?: number;
  /** Who asks again so soon after a failure shares the failure: a storm must not ask a server that is down a thousand times. */
  readonly failureMs?: number;
  readonly clock?: () => number;
}

/** What the asker needs. */
export interface Asked<T> {
  /** Milliseconds of the Unix epoch: the value must have been read after it, e.g. because the alert began then; null = any. */
  readonly since?: number | null;
  /** Milliseconds of the Unix epoch: what was read before it says nothing, however little before; null = any. */
  readonly notBefore?: number | null;
  /** It must be read anew; only a read that is under way is shared. */
  readonly anew?: boolean;
  /** How long after the start of a read those who ask wait for it; later they take the value before it, where there is one. */
  readonly patienceMs?: number;
  /** Where there is none either, they do without. */
  readonly mayDoWithout?: boolean;
  /** Whether the value itself tells that the read failed. A rejected promise always does. */
  readonly isFailure?: (value: T) => boolean;
}

interface Read {
  readonly startedAt: number;
  readonly value: Promise<unknown>;
  /** Milliseconds that the read took; null while it is under way. */
  durationMs: number | null;
  failed: boolean;
}

interface Entry {
  readonly newest: Read;
  /** The last good read, while the newest is under way. */
  readonly before: Read | null;
}

/** A read is repeated only after so many times its own duration: at most a fifth of the time goes into it. */
const dearness = 4;
/** How old a value may be that stands in while a dear read is under way. */
const standInMs = 300_000;

/**
 * What is the same for many alerts of the moment, read once and shared by all triages of a process: whoever asks for a
 * key while it is read shares the read, and whoever asks soon after gets its value.
 */
export class ClusterView {
  readonly #entries = new Map<string, Entry>();
  readonly #ages: Required<ViewAges>;
  #sweptAt = 0;

  constructor({ maxAgeMs, refreshMs = Math.min(2_000, maxAgeMs), failureMs = Math.min(1_000, maxAgeMs), clock = Date.now }: ViewAges) {
    this.#ages = { maxAgeMs, refreshMs, failureMs, clock };
  }

  /** How many values it holds. */
  get size(): number {
    return this.#entries.size;
  }

  /** The value under `key`, from a read that is young enough or from `load`. Rejects with StillReading where patience ends. */
  async share<T>(key: string, load: () => Promise<T>, asked: Asked<T> = {}): Promise<T> {
    const known = this.#entries.get(key);
    const entry = known !== undefined && this.#isUsable(known.newest, asked) ? known : this.#begin(key, load, asked);
    if (asked.patienceMs === undefined || entry.newest.durationMs !== null) return entry.newest.value as Promise<T>;
    return this.#patiently(entry, asked) as Promise<T>;
  }

  #begin<T>(key: string, load: () => Promise<T>, { isFailure }: Asked<T>): Entry {
    const { clock } = this.#ages;
    const last = this.#entries.get(key);
    this.#sweep();
    const value = load();
    const read: Read = { startedAt: clock(), value, durationMs: null, failed: false };
    const done = last?.newest;
    const before = done !== undefined && done.durationMs !== null && !done.failed ? done : (last?.before ?? null);
    this.#entries.set(key, { newest: read, before });
    const settle = (failed: boolean): void => {
      read.durationMs = clock() - read.startedAt;
      read.failed = failed;
      const current = this.#entries.get(key);
      if (current?.newest === read && !failed) this.#entries.set(key, { newest: read, before: null });
    };
    value.then(
      (it) => settle(isFailure?.(it) ?? false),
      () => settle(true),
    );
    return { newest: read, before };
  }

  #isUsable(
    { startedAt, durationMs, failed }: Read,
    { since = null, notBefore = null, anew = false }: Pick<Asked<never>, 'since' | 'notBefore' | 'anew'>,
  ): boolean {
    if (notBefore !== null && startedAt < notBefore) return false;
    if (durationMs === null) return true;
    if (anew) return false;
    const { maxAgeMs, refreshMs, failureMs, clock } = this.#ages;
    const age = clock() - startedAt;
    if (failed) return age < durationMs + failureMs;
    const dear = durationMs * dearness;
    return age < Math.max(refreshMs, dear) || (age < Math.max(maxAgeMs, dear) && (since === null || startedAt >= since));
  }

  /** Waits for a read until its asker's patience ends; an older value is better than none. */
  async #patiently(
    { newest, before }: Entry,
    { patienceMs = 0, mayDoWithout = false, notBefore = null }: Pick<Asked<never>, 'patienceMs' | 'mayDoWithout' | 'notBefore'>,
  ): Promise<unknown> {
    const { clock } = this.#ages;
    const oldest = Math.max(clock() - standInMs, notBefore ?? 0);
    const older = before !== null && before.startedAt > oldest ? before.value : null;
    if (older === null && !mayDoWithout) return newest.value;
    const { promise: impatient, resolve, reject } = Promise.withResolvers<unknown>();
    const giveUp = (): void => (older === null ? reject(new StillReading(clock() - newest.startedAt)) : resolve(older));
    const timer = setTimeout(giveUp, Math.max(0, patienceMs - (clock() - newest.startedAt)));
    try {
      return await Promise.race([newest.value, impatient]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets go of what nobody may use any more. */
  #sweep(): void {
    const now = this.#ages.clock();
    if (now - this.#sweptAt < this.#ages.maxAgeMs) return;
    this.#sweptAt = now;
    for (const [key, { newest }] of this.#entries) {
      const isDear = (newest.durationMs ?? Infinity) > this.#ages.refreshMs;
      const mayStandIn = isDear && (newest.durationMs === null || now - newest.startedAt < standInMs);
      if (!mayStandIn && !this.#isUsable(newest, {})) this.#entries.delete(key);
    }
  }
}
