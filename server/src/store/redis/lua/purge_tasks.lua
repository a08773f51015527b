#!lua flags=allow-oom
-- Forgets final tasks whose retention and window are over.
-- ARGV[5] limit     tasks
-- RETURNS {"ok", "", purged, next}; next: ms until the next purge, 0 where the limit cut this one
--   short, -1 for never
-- GUARANTEES G13
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/changes.lua

local left = tonumber(ARGV[5])
local purged, next_due = 0, math.huge

local function forget(id, r)
  change("HDEL", tasks, id)
  for detail, letter in pairs(LETTERS) do
    if has(r, detail) then change("HDEL", details, id .. letter) end
  end
end

for state, key in pairs(finals) do
  local ids = redis.call("ZRANGEBYSCORE", key, "-inf", now_ms, "LIMIT", 0, left)
  local records = load_records(ids)
  for _, id in ipairs(ids) do
    local r = records[id]
    if r and r.state == state then
      forget(id, r)
      purged = purged + 1
    end
    change("ZREM", key, id)
  end
  apply()
  left = left - #ids
  local first = tonumber(redis.call("ZRANGE", key, 0, 0, "WITHSCORES")[2])
  next_due = math.min(next_due, first or math.huge)
end
if redis.call("EXISTS", tasks) == 0 then redis.call("DEL", meta, types) end
return {"ok", "", purged, next_due < math.huge and math.max(next_due - now_ms, 0) or -1}
