#!lua flags=allow-oom
-- Promotes and expires what is due, names attempts past their timeout, and says what else is due.
-- ARGV[5] limit     of each
-- RETURNS {"ok", hint, promoted, expired, reclaim due, purge due, next, id, record, run, ...}
--   reclaim due, purge due: 1 or 0; next: ms until something else is due, 0 where the limit cut the
--   sweep short, -1 for never
-- GUARANTEES G8 G9
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/due.lua
--@include lib/deals/rates.lua
--@include lib/flow/passing.lua

local limit = tonumber(ARGV[5])
local next_due = math.huge

-- Takes note of when the first of an index is due; returns 1 where that is now.
local function look_at(key)
  local due = tonumber(redis.call("ZRANGE", key, 0, 0, "WITHSCORES")[2])
  if not due then return 0 end
  if due <= now_ms then return 1 end
  next_due = math.min(next_due, due)
  return 0
end

local flow_due = sweep_flow()
local expired, promoted = expire(limit), promote(limit)
local reply, named = {"ok", "", promoted, expired, 0, 0, -1}, 0

-- Names the attempts of a session that are past their timeout; they stay where they are until the caller
-- settles them. Takes note of when the next one will be.
local function look_into(session)
  local ids = redis.call("SMEMBERS", held_key(session))
  local ran, late, late_runs, first = load_packed(runs, ids), {}, {}, math.huge
  for i = 1, #ids do
    local due = ran[i] and due_of_attempt(ran[i])
    if not due then
      change("SREM", held_key(session), ids[i])
      if ran[i] and not is_sound_run(ran[i]) then put_off(ids[i]) end
    elseif due > now_ms then
      first = math.min(first, due)
    elseif named + #late < limit then
      late[#late + 1], late_runs[#late_runs + 1] = ids[i], ran[i]
    end
  end
  local raws = load_packed(tasks, late)
  for i = 1, #late do
    local at, raw = #reply, raws[i]
    if raw and is_sound(raw) then
      reply[at + 1], reply[at + 2], reply[at + 3] = late[i], raw, late_runs[i]
    else
      change("SREM", held_key(session), late[i])
      if raw then put_off(late[i]) end
    end
  end
  named, next_due = named + #late, math.min(next_due, first)
  if #late == 0 then set_attempts(session, first) end
end

for _, session in ipairs(redis.call("ZRANGEBYSCORE", attempts, "-inf", now_ms, "LIMIT", 0, limit)) do
  if named < limit then look_into(session) end
end
reply[2] = finish_changes()

local later = "(" .. string.format("%.0f", now_ms)
local ending = redis.call("ZRANGEBYSCORE", attempts, later, "+inf", "WITHSCORES", "LIMIT", 0, 1)
next_due = math.min(next_due, tonumber(ending[2] or math.huge), flow_due)
local is_cut = flow_due <= now_ms or named == limit or look_at(starts) + look_at(scheduled) > 0
reply[5] = look_at(sessions)
for _, key in pairs(finals) do reply[6] = math.max(reply[6], look_at(key)) end
if is_cut then
  reply[7] = 0
elseif next_due < math.huge then
  reply[7] = next_due - now_ms
end
return reply
