#!lua flags=allow-oom
-- Takes back leases of sessions whose ttl passed, which only the session's own key can tell.
-- ARGV[5] limit     leases
-- ARGV[6] failure   of a task whose crashes are spent
-- ARGV[7] retention of the dead, ms
-- ARGV[8] memory    ms for which a crash is held against a task
-- RETURNS {"ok", hint, next, id, token, session, worker, state, ...}
--   next: ms until the next session may end, 0 where the limit cut the sweep short, -1 for never
-- GUARANTEES G4 G6 G7
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/past.lua
--@include lib/sessions.lua

local limit, failure, dead_retention = tonumber(ARGV[5]), ARGV[6], tonumber(ARGV[7])
local memory = tonumber(ARGV[8])
local reply, left = {"ok", "", -1}, limit

local function reclaim(session, id, r)
  if not r or r.state ~= LEASED or r.session ~= session then
    drop_held(session, id)
    return
  end
  keep_attempt(id, r, CRASHED, "")
  -- It became READY last with the crash before.
  local is_recent = now_ms - submitted_of(r) - r.wait < memory
  r.attempt, r.crashes, r.ended = r.attempt - 1, is_recent and r.crashes + 1 or 1, RECLAIMED
  if r.crashes >= max_crashes_of(r) then
    put_detail(id, r, FAILURE, failure)
    to_final(id, r, DEAD, dead_retention, failure)
  else
    to_ready(id, r)
  end
  for _, part in ipairs({id, string.format("%.0f", r.token), session, r.worker, r.state}) do
    reply[#reply + 1] = part
  end
end

local function bury(session)
  local held = redis.call("SCARD", held_key(session))
  if held > 0 then
    local ids = redis.call("SRANDMEMBER", held_key(session), left)
    local records = load_records(ids)
    for _, id in ipairs(ids) do reclaim(session, id, records[id]) end
    apply()
    left = left - #ids
    if #ids < held then return end
  end
  redis.call("ZREM", sessions, session)
  redis.call("ZREM", attempts, session)
  forget_session(session)
end

local due = redis.call("ZRANGEBYSCORE", sessions, "-inf", now_ms, "LIMIT", 0, limit)
for _, session in ipairs(due) do
  if left == 0 then break end
  local ttl = redis.call("PTTL", session_key(session))
  if ttl > 0 then
    redis.call("ZADD", sessions, now_ms + ttl, session)
  else
    bury(session)
  end
end
reply[2] = finish_changes()
local first = tonumber(redis.call("ZRANGE", sessions, 0, 0, "WITHSCORES")[2])
if first then reply[3] = math.max(first - now_ms, 0) end
return reply
