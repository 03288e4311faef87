import type { RedisClient } from '../redis/connection.ts';
import { key } from '../redis/keys.ts';

/** How fast one channel may be written to, across all workers. */
export interface DeliveryPace {
  /**
   * Milliseconds until `holder` may write to the channel; 0 = now, and the turn is taken. Whoever has to wait keeps the turn
   * it was given, so that writes happen in the order in which they were asked for.
   */
  turn(channel: string, holder: string): Promise<number>;
  /** Nobody writes to the channel for so long; then `holder`, who was turned away, comes first, and the others in their order. */
  hold(channel: string, turnedAway: { readonly holder: string; readonly ms: number }): Promise<void>;
}

// Redis' clock counts, because those of the workers differ.
const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * The turns that were given stand in a sorted set. Only the first in it goes on, when its time has come and the last write is
 * long enough ago; one that nobody came for within five seconds is void.
 */
const turnScript = `${clock}
local every = tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - 5000)
local free = math.max(tonumber(redis.call('HGET', KEYS[2], 'last') or 0) + every, tonumber(redis.call('HGET', KEYS[2], 'held') or 0))
local first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
if (first == false or first == nil or first == ARGV[1]) and free <= now then
  local mine = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
  if mine <= now then
    redis.call('ZREM', KEYS[1], ARGV[1])
    redis.call('HSET', KEYS[2], 'last', now)
    redis.call('PEXPIRE', KEYS[2], 3600000)
    return 0
  end
end
local turn = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
if turn == 0 then
  local behind = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
  local after = 0
  if behind[2] then after = tonumber(behind[2]) + every end
  turn = math.max(now, free, after)
  redis.call('ZADD', KEYS[1], turn, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], turn - now + 3600000)
end
return math.max(turn - now, free - now, 50)
`;

const holdScript = `${clock}
local till = now + ARGV[1]
if till <= tonumber(redis.call('HGET', KEYS[2], 'held') or 0) then return end
redis.call('HSET', KEYS[2], 'held', till)
redis.call('PEXPIRE', KEYS[2], ARGV[1] + 3600000)
local at = till
redis.call('ZADD', KEYS[1], 0, ARGV[3])
for _, holder in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  redis.call('ZADD', KEYS[1], at, holder)
  at = at + ARGV[2]
end
redis.call('PEXPIRE', KEYS[1], at - now + 3600000)
`;

/** The pace in Redis: at most one write to a channel each `everyMs`. */
export function openDeliveryPace(redis: RedisClient, { everyMs }: { readonly everyMs: number }): DeliveryPace {
  const keysOf = (channel: string): [string, string] => [key('delivery', 'turns', channel), key('delivery', 'pace', channel)];
  return {
    turn: async (channel, holder) => Number(await redis.eval(turnScript, 2, ...keysOf(channel), holder, everyMs)),
    async hold(channel, { holder, ms }) {
      await redis.eval(holdScript, 2, ...keysOf(channel), Math.ceil(ms), everyMs, holder);
    },
  };
}
