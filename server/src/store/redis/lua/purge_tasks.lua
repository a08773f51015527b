#!lua flags=allow-oom
-- Forgets final tasks whose retention and window are over.
-- ARGV[5] limit     tasks
-- RETURNS {"ok", hint, purged, next}; next: ms until the next purge, 0 where the limit cut this one
--   short, -1 for never
-- GUARANTEES G9 G13
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/items.lua
--@include lib/forgetting.lua

local left = tonumber(ARGV[5])
local purged, next_due = 0, math.huge

-- Takes ids that are due out of an index, as many as are left. Returns them.
local function take_due(key)
  local due = redis.call("ZRANGE", key, "-inf", now_ms, "BYSCORE", "LIMIT", 0, left, "WITHSCORES")
  local ids = {}
  for i = 1, #due, 2 do
    local some, room = due[i], (left - #ids) * ID_BYTES
    change("ZREM", key, some)
    if #some > room then change("ZADD", key, due[i + 1], string.sub(some, room + 1)) end
    for _, id in ipairs(ids_of(string.sub(some, 1, room))) do ids[#ids + 1] = id end
    if #some >= room then break end
  end
  return ids
end

for state, key in pairs(finals) do
  local ids = take_due(key)
  local records = load_records(ids)
  for _, id in ipairs(ids) do
    local r = records[id] or unreadable[id]
    if r and (r.state == state or unreadable[id]) then
      -- A dead task may hold those behind it.
      if state == DEAD and records[id] then leave_head(id, r) end
      forget(id, r)
      purged = purged + 1
    end
  end
  apply()
  left = left - #ids
  local first = tonumber(redis.call("ZRANGE", key, 0, 0, "WITHSCORES")[2])
  next_due = math.min(next_due, first or math.huge)
end
-- Where the tasks were lost, what belonged to them is left.
if redis.call("EXISTS", tasks) == 0 then forget_rest() end
return {"ok", finish_changes(), purged, next_due < math.huge and math.max(next_due - now_ms, 0) or -1}
