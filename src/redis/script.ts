import { createHash } from 'node:crypto';
import type { RedisClient } from './connection.ts';

type Argument = string | number | Buffer;

/** A Lua script: one atomic step in Redis. All keys must share a hash tag, or a Redis Cluster refuses it. */
export interface Script {
  run(redis: RedisClient, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
}

/** A script that is sent whole once and by its digest from then on. */
export function script(lua: string): Script {
  const digest = createHash('sha1').update(lua).digest('hex');
  return {
    async run(redis, keys, args) {
      try {
        return await redis.evalsha(digest, keys.length, ...keys, ...args);
      } catch (error) {
        // A Redis that was restarted, or a replica that took over, does not know the script yet.
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return redis.eval(lua, keys.length, ...keys, ...args);
      }
    },
  };
}
