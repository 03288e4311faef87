/**
 * The prefix of every key, BullMQ's and ours. Its hash tag puts all of them into one slot of a Redis Cluster, which scripts over
 * several keys need.
 */
export const keyPrefix = '{podnet}';

/** A key of ours: `{podnet}:record:abc`. */
export function key(...parts: readonly string[]): string {
  return [keyPrefix, ...parts].join(':');
}
