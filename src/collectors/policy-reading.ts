import { ReadError } from '../cluster/reader.ts';
import type { Listing } from '../cluster/reader.ts';
import type { Reading } from '../network/policy/policy-index.ts';

/** A listing as the policy evaluator takes it, or why there is none; undefined where the cluster does not have the kind at all. */
export async function policyReading<T>(list: () => Promise<Listing<T>>): Promise<Reading<T> | undefined> {
  try {
    const { items, truncated, assumed, lacks } = await list();
    return {
      items,
      ...(assumed === undefined ? {} : { assumed }),
      ...(truncated ? { partial: lacks ?? 'only some of them were read' } : {}),
    };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return error.reason === 'not-installed' ? undefined : { unread: error.message };
  }
}
