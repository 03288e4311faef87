import { script } from '../redis/script.ts';

/**
 * Stores a triage and its places in the lists, unless it is there. A list is a sorted set of ids without scores, which keeps them
 * in the order of their time; what is older than the retention time is cut off it here.
 *
 * KEYS: record, list... ARGV: id, oldest id to keep, lifetime in ms, field, value...
 */
export const createTriage = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local fields = {}
for i = 4, #ARGV do fields[#fields + 1] = ARGV[i] end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
for i = 2, #KEYS do
  redis.call('ZADD', KEYS[i], 0, ARGV[1])
  redis.call('ZREMRANGEBYLEX', KEYS[i], '-', '(' .. ARGV[2])
  redis.call('PEXPIRE', KEYS[i], ARGV[3])
end
return 1
`);

/**
 * Takes a step of a triage's life and returns the status it has now, or nil where there is no such triage.
 *
 * KEYS: record, further list... ARGV: id, new status, time, lifetime in ms, prefix of the lists by status, oldest id to keep, field, value...
 */
export const advanceTriage = script(`
local from = redis.call('HGET', KEYS[1], 'status')
if not from then return nil end
local to = ARGV[2]
if from == 'done' or from == 'cancelled' then return from end
if from == 'failed' and to == 'cancelled' then return from end
if to == 'running' then redis.call('HSETNX', KEYS[1], 'startedAt', ARGV[3]) else redis.call('HSET', KEYS[1], 'finishedAt', ARGV[3]) end
redis.call('HSET', KEYS[1], 'status', to)
for i = 7, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('ZREM', ARGV[5] .. from, ARGV[1])
local lists = { ARGV[5] .. to }
for i = 2, #KEYS do lists[#lists + 1] = KEYS[i] end
for _, list in ipairs(lists) do
  redis.call('ZADD', list, 0, ARGV[1])
  redis.call('ZREMRANGEBYLEX', list, '-', '(' .. ARGV[6])
  redis.call('PEXPIRE', list, ARGV[4])
end
return to
`);

/** KEYS: record. ARGV: field, value. Sets a field of a record that exists, so that none is made that never expires. */
export const setField = script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
`);

/** KEYS: any. ARGV: lifetime in ms. Makes keys live at least that long. */
export const keepAtLeast = script(`
for _, key in ipairs(KEYS) do
  local left = redis.call('PTTL', key)
  if left >= 0 and left < tonumber(ARGV[1]) then redis.call('PEXPIRE', key, ARGV[1]) end
end
`);
