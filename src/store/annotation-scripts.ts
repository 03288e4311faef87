import { script } from '../redis/script.ts';

/**
 * A sighting of an alert. One that is known is due now, a new one when its diagnosis becomes late.
 *
 * KEYS: due, alert, revision. ARGV: fingerprint, labels, pendingFrom, pending, closeUntil, seenAt, ms to keep
 */
export const sightAlert = script(`
local known = redis.call('HSETNX', KEYS[2], 'pendingFrom', ARGV[3]) == 0
if not known then redis.call('INCR', KEYS[3]) end
redis.call('HSETNX', KEYS[2], 'pending', ARGV[4])
redis.call('HSET', KEYS[2], 'labels', ARGV[2], 'closeUntil', ARGV[5], 'seenAt', ARGV[6])
redis.call('HDEL', KEYS[2], 'absentSince')
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('ZADD', KEYS[1], 'LT', known and ARGV[6] or ARGV[3], ARGV[1])
`);

/**
 * What an alert shall carry, set by the command that is given (HSET, or HSETNX to keep what was said before).
 *
 * KEYS: due, alert, revision. ARGV: as for a sighting, then command, annotations
 */
export const wantAlert = script(`
redis.call('INCR', KEYS[3])
redis.call(ARGV[8], KEYS[2], 'wanted', ARGV[9])
redis.call('HSETNX', KEYS[2], 'pendingFrom', ARGV[3])
redis.call('HSETNX', KEYS[2], 'closeUntil', ARGV[5])
redis.call('HSETNX', KEYS[2], 'seenAt', ARGV[6])
redis.call('HSET', KEYS[2], 'labels', ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('ZADD', KEYS[1], 'LT', ARGV[6], ARGV[1])
`);

/**
 * The fingerprints that are due, put off until the lease ends. One step, or what is made due in between would be put off with them.
 *
 * KEYS: due. ARGV: now, leaseUntil, how many at most
 */
export const claimAlerts = script(`
local due = redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])
for _, fingerprint in ipairs(due) do redis.call('ZADD', KEYS[1], 'XX', ARGV[2], fingerprint) end
return due
`);

/**
 * Ends claims. A time earlier than the lease's is taken, a later one is not: the alert was made due meanwhile.
 *
 * KEYS: due, alert... ARGV: ms to keep, then fingerprint, nextAt, seenAt or '' and absentSince or '' for each
 */
export const settleAlerts = script(`
for i = 2, #KEYS do
  local at = (i - 2) * 4
  if redis.call('EXISTS', KEYS[i]) == 1 then
    redis.call('ZADD', KEYS[1], 'XX', 'LT', ARGV[at + 3], ARGV[at + 2])
    if ARGV[at + 4] ~= '' then
      redis.call('HSET', KEYS[i], 'seenAt', ARGV[at + 4], 'listed', '1')
      redis.call('PEXPIRE', KEYS[i], ARGV[1])
    end
    if ARGV[at + 5] ~= '' then
      redis.call('HSET', KEYS[i], 'absentSince', ARGV[at + 5])
    else
      redis.call('HDEL', KEYS[i], 'absentSince')
    end
  else
    redis.call('ZREM', KEYS[1], ARGV[at + 2])
  end
end
`);

/**
 * The earliest time in the sorted set. A direct ZRANGE has another shape with each protocol version.
 *
 * KEYS: due
 */
export const nextDueAlert = script(`return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2] or false`);

/**
 * Forgets alerts whose last sighting is still the one that is given, and answers with their fingerprints.
 *
 * KEYS: due, revision, alert... ARGV: fingerprint and seenAt for each
 */
export const forgetUnseenAlerts = script(`
local forgotten = {}
for i = 3, #KEYS do
  if redis.call('HGET', KEYS[i], 'seenAt') == ARGV[i * 2 - 4] then
    redis.call('DEL', KEYS[i])
    redis.call('ZREM', KEYS[1], ARGV[i * 2 - 5])
    redis.call('INCR', KEYS[2])
    forgotten[#forgotten + 1] = ARGV[i * 2 - 5]
  end
end
return forgotten
`);
