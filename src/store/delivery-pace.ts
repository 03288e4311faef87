import type { Cluster, Redis } from 'ioredis';

/** How fast one channel may be written to, across all workers. */
export interface DeliveryPace {
  /**
   * Milliseconds until `holder` may write to the channel; 0 = now, and the turn is taken. Whoever has to wait keeps the turn
   * it was given, so that writes happen in the order in which they were asked for.
   */
  turn(channel: string, holder: string): Promise<number>;
  /** Nobody writes to the channel for so long; turns given meanwhile move behind, in their order. */
  hold(channel: string, ms: number): Promise<void>;
}

/**
 * A turn that was waited for is taken once; one that nobody came for within ten seconds is void. Who comes late to its turn
 * pushes the next one back, so that two writes are never nearer than they should be. Redis' clock counts, because those of the
 * workers differ.
 */
const turnScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = tonumber(redis.call('HGET', KEYS[1], 'held') or 0)
local mine = tonumber(redis.call('HGET', KEYS[1], 'turn:' .. ARGV[1]) or -1)
if mine >= held and mine > now then return mine - now end
redis.call('HDEL', KEYS[1], 'turn:' .. ARGV[1])
if mine >= held and mine > now - 10000 then
  local free = tonumber(redis.call('HGET', KEYS[1], 'last') or 0) + ARGV[2]
  if free <= now then
    redis.call('HSET', KEYS[1], 'last', now)
    return 0
  end
  redis.call('HSET', KEYS[1], 'turn:' .. ARGV[1], free, 'next', math.max(free + ARGV[2], tonumber(redis.call('HGET', KEYS[1], 'next') or 0)))
  return free - now
end
local turn = math.max(now, held, tonumber(redis.call('HGET', KEYS[1], 'next') or 0))
redis.call('HSET', KEYS[1], 'next', turn + ARGV[2])
redis.call('PEXPIRE', KEYS[1], math.max(turn - now, 0) + 3600000)
if turn <= now then
  redis.call('HSET', KEYS[1], 'last', now)
  return 0
end
redis.call('HSET', KEYS[1], 'turn:' .. ARGV[1], turn)
return turn - now
`;

const holdScript = `
local time = redis.call('TIME')
local till = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
if till > tonumber(redis.call('HGET', KEYS[1], 'held') or 0) then redis.call('HSET', KEYS[1], 'held', till, 'next', till) end
redis.call('PEXPIRE', KEYS[1], ARGV[1] + 3600000)
`;

/** The pace in Redis: one hash per channel, at most one write each `everyMs`. */
export function deliveryPace(
  redis: Redis | Cluster,
  { prefix = '{podnet}', everyMs }: { readonly prefix?: string; readonly everyMs: number },
): DeliveryPace {
  const keyOf = (channel: string): string => `${prefix}:delivery:v1:pace:${channel}`;
  return {
    turn: async (channel, holder) => Number(await redis.eval(turnScript, 1, keyOf(channel), holder, everyMs)),
    async hold(channel, ms) {
      await redis.eval(holdScript, 1, keyOf(channel), Math.ceil(ms));
    },
  };
}
