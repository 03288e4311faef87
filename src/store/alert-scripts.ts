import { script } from '../redis/script.ts';

/**
 * Whether the alert's last triage still counts: it waits or runs - which its job, or the webhook's job that is making it, proves -
 * or it started within the window. A triage whose jobs are gone (somebody emptied the queue) blocks nobody.
 *
 * BullMQ keeps a job under PREFIX:QUEUE:ID.
 */
const counts = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local prefix, window = ARGV[1], tonumber(ARGV[2])
local function exists(queue, job) return job and redis.call('EXISTS', prefix .. ':' .. queue .. ':' .. job) == 1 end
local function counts(phase, owner, triage, startedAt)
  if phase ~= 'ended' and (exists('triage', triage) or exists('intake', owner)) then return true end
  return startedAt and now - tonumber(startedAt) < window
end
`;

/**
 * Marks say which stored job holds an alert that no worker has taken yet: one hash for each hour, gone two hours later, of stamp, F
 * (firing) or R (resolved), and job by fingerprint. One hash, because a key for each alert would cost an intake most of its speed.
 */
const marks = `
local hour = 3600000000
local function marksOf(stamp) return ARGV[1] .. ':marks:' .. string.format('%.0f', math.floor(stamp / hour)) end
local function parse(mark) return mark:match('^(%d+) (%a) (.*)$') end
`;

/**
 * Which alerts, all firing, are stored already: by a webhook whose job still waits, or by their last triage. It writes nothing.
 * Answers with Redis' time in microseconds and a text of 0 and 1, one for each key.
 *
 * KEYS: alert... ARGV: prefix, window in ms, fingerprint...
 */
export const checkAlerts = script(`${counts}${marks}
local stamp = tonumber(time[1]) * 1000000 + tonumber(time[2])
local older = redis.call('HMGET', marksOf(stamp - hour), unpack(ARGV, 3))
local newer = redis.call('HMGET', marksOf(stamp), unpack(ARGV, 3))
local answer = {}
for i, key in ipairs(KEYS) do
  local known = false
  local mark = newer[i] or older[i]
  local taken = redis.call('HGET', key, 'stamp')
  if mark or taken then
    local at, state, job
    if mark then at, state, job = parse(mark) end
    if mark and tonumber(at) > tonumber(taken or '0') and exists('intake', job) then
      known = state == 'F'
    elseif taken then
      local s = redis.call('HMGET', key, 'status', 'phase', 'owner', 'triage', 'startedAt')
      known = s[1] == 'firing' and counts(s[2], s[3], s[4], s[5])
    end
  end
  answer[i] = known and '1' or '0'
end
return { string.format('%.0f', stamp), table.concat(answer) }
`);

/**
 * Notes that a job which is stored holds these alerts; a later webhook's note stays.
 *
 * KEYS: any one key. ARGV: prefix, job, stamp, then for each alert: fingerprint, F or R
 */
export const markAlerts = script(`${marks}
local stamp = tonumber(ARGV[3])
local name = marksOf(stamp)
local fingerprints = {}
for i = 4, #ARGV, 2 do fingerprints[#fingerprints + 1] = ARGV[i] end
local before = redis.call('HMGET', name, unpack(fingerprints))
local fields = {}
local note = { F = ARGV[3] .. ' F ' .. ARGV[2], R = ARGV[3] .. ' R ' .. ARGV[2] }
for i, fingerprint in ipairs(fingerprints) do
  if not before[i] or tonumber((parse(before[i]))) <= stamp then
    fields[#fields + 1] = fingerprint
    fields[#fields + 1] = note[ARGV[i * 2 + 3]]
  end
end
if #fields > 0 then redis.call('HSET', name, unpack(fields)) end
redis.call('PEXPIRE', name, 7200000)
`);

/**
 * Takes the alerts of one webhook, each exactly once whoever else sends it: answers for each with what it is and the triage that is
 * concerned. 'claimed': the caller has to have it triaged, now or when its job runs again. 'duplicate': another triage counts.
 * 'resolved': that triage is the one to cancel. 'stale': a webhook that came later has been taken already.
 *
 * KEYS: alert, list of its target, alert, list... ARGV: prefix, window in ms, lifetime in ms, job, stamp, then for each alert:
 * fingerprint, status, id for its triage, the alert as JSON
 */
export const claimAlerts = script(`${counts}
local lifetime, job, stamp = ARGV[3], ARGV[4], ARGV[5]
local answer = {}
for i = 1, #KEYS / 2 do
  local key, list = KEYS[i * 2 - 1], KEYS[i * 2]
  local at = 5 + (i - 1) * 4
  local fingerprint, status, triage, alert = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local s = redis.call('HMGET', key, 'status', 'phase', 'owner', 'triage', 'startedAt', 'stamp')
  local mine = s[3] == job
  if not mine and s[6] and tonumber(s[6]) > tonumber(stamp) then
    answer[i] = { 'stale', s[4] or '' }
  else
    redis.call('HSET', key, 'v', '1', 'stamp', stamp, 'alert', alert)
    if status == 'resolved' then
      redis.call('HSET', key, 'status', status, 'owner', job)
      answer[i] = { 'resolved', s[4] or '' }
    elseif s[1] == 'firing' and mine then
      answer[i] = { 'claimed', s[4] }
    elseif s[1] == 'firing' and counts(s[2], s[3], s[4], s[5]) then
      answer[i] = { 'duplicate', s[4] or '' }
    else
      redis.call('HSET', key, 'status', status, 'owner', job, 'triage', triage, 'phase', 'waiting')
      redis.call('HDEL', key, 'startedAt')
      answer[i] = { 'claimed', triage }
    end
    redis.call('PEXPIRE', key, lifetime)
    redis.call('SADD', list, fingerprint)
    redis.call('PEXPIRE', list, lifetime)
  end
end
return answer
`);

/**
 * A triage starts. Answers 'go', or why it must not: 'resolved', 'superseded' by a later one. One that somebody asked for always goes,
 * and starts the window anew.
 *
 * KEYS: alert. ARGV: triage, kind of trigger
 */
export const startTriage = script(`
local s = redis.call('HMGET', KEYS[1], 'status', 'triage', 'phase')
if not s[1] then return 'go' end
local time = redis.call('TIME')
local now = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
if ARGV[2] == 'manual' then
  redis.call('HSET', KEYS[1], 'startedAt', now)
  return 'go'
end
if s[2] ~= ARGV[1] then return 'superseded' end
if s[1] == 'resolved' then return 'resolved' end
if s[3] ~= 'running' then redis.call('HSET', KEYS[1], 'phase', 'running', 'startedAt', now) end
return 'go'
`);

/**
 * A triage has ended. Answers with the alert's status as it is now, nil for an alert that no webhook named.
 *
 * KEYS: alert. ARGV: triage
 */
export const endTriage = script(`
local s = redis.call('HMGET', KEYS[1], 'status', 'triage')
if s[1] and s[2] == ARGV[1] then redis.call('HSET', KEYS[1], 'phase', 'ended') end
return s[1]
`);
