import { script } from '../redis/script.ts';

/**
 * What the scripts below share. An incident is a hash, its alerts are a hash of F (firing) or R (resolved) and JSON by fingerprint.
 * `place` moves it between the lists by status.
 */
const life = `
local prefix, lifetime, at, now, oldest = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5]
local function incidentKey(id) return prefix .. ':incident:' .. id end
local function alertsKey(id) return prefix .. ':incident-alerts:' .. id end
local function ofAlert(fingerprint) return prefix .. ':incident-of-alert:' .. fingerprint end
local function ofKey(hash) return prefix .. ':incident-of-key:' .. hash end
local function place(id, list)
  local name = prefix .. ':list:incidents' .. list
  redis.call('ZADD', name, 0, id)
  redis.call('ZREMRANGEBYLEX', name, '-', '(' .. oldest)
  redis.call('PEXPIRE', name, lifetime)
end
local function setStatus(id, status)
  local other = status == 'open' and 'resolved' or 'open'
  redis.call('HSET', incidentKey(id), 'status', status)
  redis.call('ZREM', prefix .. ':list:incidents:status:' .. other, id)
  place(id, ':status:' .. status)
end
local function touch(id)
  redis.call('PEXPIRE', incidentKey(id), lifetime)
  redis.call('PEXPIRE', alertsKey(id), lifetime)
end
-- An incident may stay open for ever: each hour it lets go of resolved alerts whose triage is not stored any more.
local function prune(id)
  local last = redis.call('HGET', incidentKey(id), 'prunedMs')
  if last and now - tonumber(last) < 3600000 then return end
  redis.call('HSET', incidentKey(id), 'prunedMs', now)
  local alerts = redis.call('HGETALL', alertsKey(id))
  for i = 1, #alerts, 2 do
    local triage = alerts[i + 1]:match('^R.*"triage":"t(%w+)"')
    if triage and triage < oldest:sub(2) then redis.call('HDEL', alertsKey(id), alerts[i]) end
  end
end
-- Ends an incident in which nothing fires any more, and says whether it did so now.
local function endIfQuiet(id)
  local s = redis.call('HMGET', incidentKey(id), 'firing', 'status')
  if tonumber(s[1] or '0') > 0 or s[2] ~= 'open' then return false end
  redis.call('HSET', incidentKey(id), 'resolvedAt', at, 'resolvedMs', now)
  setStatus(id, 'resolved')
  return true
end
`;

/**
 * Puts an alert into the incident of its cause. Answers with the incident, 1 where it was opened, 1 where it ended, and the incident
 * that the alert left.
 *
 * KEYS: any one key (all others are made from the prefix, in the same slot). ARGV: prefix, lifetime in ms, time, time in ms, oldest
 * id to keep, quiet time in ms, id for a new incident, hash of the cause's key or '', hash of what it stands under without one, fingerprint, F or R,
 * the alert as JSON, pods, nodes, namespaces as a JSON array, services as a JSON array, then the fields that the newest diagnosis
 * says of the incident (name, value...)
 */
export const joinIncident = script(`${life}
local quiet, newId, cause, own = tonumber(ARGV[6]), ARGV[7], ARGV[8], ARGV[9]
local fingerprint, state, entry = ARGV[10], ARGV[11], ARGV[12]

-- An incident that resolved longer than the quiet time ago is history: what returns then is a new one.
local function alive(id)
  if not id then return nil end
  local s = redis.call('HMGET', incidentKey(id), 'status', 'resolvedMs')
  if not s[1] then return nil end
  if s[1] == 'open' or now - tonumber(s[2] or '0') < quiet then return id end
  return nil
end

local old = alive(redis.call('GET', ofAlert(fingerprint)))
local named = cause ~= '' and cause or own
local current = alive(redis.call('GET', ofKey(named)))
if cause == '' and old then current = old end
if not current and old and redis.call('HLEN', alertsKey(old)) == 1 and redis.call('HEXISTS', alertsKey(old), fingerprint) == 1 then
  -- The alert stands alone, so its incident is the same one under a better name.
  current = old
end

local opened = 0
if not current then
  current = newId
  opened = 1
  redis.call('HSET', incidentKey(current), 'v', '1', 'status', 'open', 'firstSeen', at, 'firing', '0', 'pods', '0', 'nodes', '0')
  place(current, '')
  place(current, ':status:open')
end

local left = ''
if old and old ~= current then
  local was = redis.call('HGET', alertsKey(old), fingerprint)
  if was then
    left = old
    redis.call('HDEL', alertsKey(old), fingerprint)
    if was:sub(1, 1) == 'F' then redis.call('HINCRBY', incidentKey(old), 'firing', -1) end
    endIfQuiet(old)
  end
end

local before = redis.call('HGET', alertsKey(current), fingerprint)
local fired = before and before:sub(1, 1) == 'F'
if state == 'F' and not fired then redis.call('HINCRBY', incidentKey(current), 'firing', 1) end
if state == 'R' and fired then redis.call('HINCRBY', incidentKey(current), 'firing', -1) end
redis.call('HSET', alertsKey(current), fingerprint, state .. entry)
redis.call('SET', ofAlert(fingerprint), current, 'PX', lifetime)

if state == 'F' and redis.call('HGET', incidentKey(current), 'status') == 'resolved' then
  opened = 1
  redis.call('HDEL', incidentKey(current), 'resolvedAt', 'resolvedMs', 'resolution')
  setStatus(current, 'open')
end
local ended = endIfQuiet(current) and 1 or 0

-- The newest diagnosis that has a root cause speaks for the incident.
local speaker = redis.call('HGET', incidentKey(current), 'rootCause')
if cause ~= '' or not speaker or speaker == '' then
  for i = 17, #ARGV, 2 do
    redis.call('HSET', incidentKey(current), ARGV[i], ARGV[i + 1])
    if ARGV[i] == 'rootCause' and ARGV[i + 1] ~= speaker then
      if speaker and speaker ~= '' then redis.call('ZREM', prefix .. ':list:incidents:rootCause:' .. speaker, current) end
      if ARGV[i + 1] ~= '' then place(current, ':rootCause:' .. ARGV[i + 1]) end
    end
  end
  -- Alerts may be in two incidents already when they begin to share a key: the first that has it keeps it.
  local holder = alive(redis.call('GET', ofKey(named)))
  if not holder or holder == current then
    local keyBefore = redis.call('HGET', incidentKey(current), 'key')
    if keyBefore and keyBefore ~= named and redis.call('GET', ofKey(keyBefore)) == current then redis.call('DEL', ofKey(keyBefore)) end
    redis.call('HSET', incidentKey(current), 'key', named)
    redis.call('SET', ofKey(named), current, 'PX', lifetime)
  end
end

prune(current)
redis.call('HSET', incidentKey(current), 'lastSeen', at)
for i, field in ipairs({ 'pods', 'nodes' }) do
  local was = tonumber(redis.call('HGET', incidentKey(current), field) or '0')
  if tonumber(ARGV[12 + i]) > was then redis.call('HSET', incidentKey(current), field, ARGV[12 + i]) end
end
for i, set in ipairs({ 'incident-namespaces', 'incident-services' }) do
  local name = prefix .. ':' .. set .. ':' .. current
  for _, member in ipairs(cjson.decode(ARGV[14 + i])) do redis.call('SADD', name, member) end
  redis.call('PEXPIRE', name, lifetime)
end
touch(current)
return { current, opened, ended, left }
`);

/**
 * Marks an alert as resolved in its incident. Answers as joinIncident does, nil where it is in none.
 *
 * KEYS: any one key. ARGV: prefix, lifetime in ms, time, time in ms, oldest id to keep, fingerprint
 */
export const resolveIncidentAlert = script(`${life}
local fingerprint = ARGV[6]
local id = redis.call('GET', ofAlert(fingerprint))
if not id or redis.call('EXISTS', incidentKey(id)) == 0 then return nil end
local entry = redis.call('HGET', alertsKey(id), fingerprint)
if not entry then return nil end
if entry:sub(1, 1) == 'F' then
  redis.call('HSET', alertsKey(id), fingerprint, 'R' .. entry:sub(2))
  redis.call('HINCRBY', incidentKey(id), 'firing', -1)
  redis.call('HSET', incidentKey(id), 'lastSeen', at)
end
local ended = endIfQuiet(id) and 1 or 0
touch(id)
return { id, 0, ended, '' }
`);
