import type { Collecting } from './collector.ts';
import { ReadError } from '../cluster/reader.ts';

/** What a collector had to do without. */
export interface UnreadParts {
  readonly told: string[];
  readonly lacks: Collecting['lacks'];
}

/** What `read` gives; undefined where the cluster has no such thing, and where it could not be read, which is noted. */
export async function unlessUnreadable<T>(unread: UnreadParts, what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Error) || (error instanceof ReadError && error.reason === 'not-installed')) return undefined;
    unread.told.push(`${what}: ${error.message}`);
    // Most snapshots lack ConfigMaps and the like, and pods show the rest: that the recognition did without is said only of a refusal.
    if (error instanceof ReadError && error.reason !== 'not-captured') unread.lacks(error, 'minor');
    return undefined;
  }
}
