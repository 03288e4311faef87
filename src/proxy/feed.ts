import { setTimeout as delay } from 'node:timers/promises';
import type { AnnotationStore } from '../store/annotation-store.ts';
import type { Diagnoses } from './diagnoses.ts';

export interface FeedOptions {
  /** On a connection that fails fast. */
  readonly store: Pick<AnnotationStore, 'all' | 'revision'>;
  readonly diagnoses: Pick<Diagnoses, 'replace'>;
  /** Told of each failure: what is known stays as it is meanwhile. */
  readonly onError: (error: unknown) => void;
  readonly everyMs?: number;
}

/** Processes of a version that counts no revisions may write the book, too. */
const wholeEachMs = 60_000;

/** Keeps the diagnoses as the book has them, in the background. Resolves after the first look, successful or not. */
export async function startFeed({ store, diagnoses, onError, everyMs = 500 }: FeedOptions): Promise<AsyncDisposable> {
  const ended = new AbortController();
  let known: number | null = null;
  let readAt = 0;

  const look = async (): Promise<void> => {
    try {
      // The revision before the book: what changes while it is read is read again.
      const revision = await store.revision();
      if (revision === known && Date.now() - readAt < wholeEachMs) return;
      diagnoses.replace(await store.all(), Date.now());
      known = revision;
      readAt = Date.now();
    } catch (error) {
      known = null;
      onError(error);
    }
  };
  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      // The signal ends the wait, which is no error.
      await delay(everyMs, undefined, { signal: ended.signal }).catch(() => undefined);
      if (!ended.signal.aborted) await look();
    }
  };

  await look();
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      ended.abort();
      await running;
    },
  };
}
