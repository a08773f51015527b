#!lua flags=allow-oom
-- Promotes and expires what is due, names attempts past their timeout, and says what else is due.
-- ARGV[5] limit     of each
-- RETURNS {"ok", hint, promoted, expired, reclaim due, purge due, next, id, record, ...}
--   reclaim due, purge due: 1 or 0; next: ms until something else is due, 0 where the limit cut the
--   sweep short, -1 for never
-- GUARANTEES G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/due.lua

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

local expired, promoted = expire(limit), promote(limit)
local reply = {"ok", "", promoted, expired, 0, 0, -1}
local ids = redis.call("ZRANGEBYSCORE", leases, "-inf", now_ms, "LIMIT", 0, limit)
local records = load_records(ids)
for _, id in ipairs(ids) do
  local r = records[id]
  if r and r.state == LEASED then
    reply[#reply + 1] = id
    reply[#reply + 1] = r.packed
  else
    change("ZREM", leases, id)
  end
end
reply[2] = finish_changes()

-- Attempts past their timeout stay where they are until the caller settles them.
local later = "(" .. string.format("%.0f", now_ms)
local ending = redis.call("ZRANGEBYSCORE", leases, later, "+inf", "WITHSCORES", "LIMIT", 0, 1)
next_due = math.min(next_due, tonumber(ending[2] or math.huge))
local is_cut = #ids == limit or look_at(starts) + look_at(scheduled) > 0
reply[5] = look_at(sessions)
for _, key in pairs(finals) do reply[6] = math.max(reply[6], look_at(key)) end
if is_cut then
  reply[7] = 0
elseif next_due < math.huge then
  reply[7] = next_due - now_ms
end
return reply
