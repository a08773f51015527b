#!lua flags=allow-oom
-- Forgets final tasks before their time. What cannot be read is forgotten too.
-- ARGV[5] before    only tasks that ended before this time; empty for all
-- ARGV[6...] id
-- RETURNS {"ok", hint, outcome, state, ...}; outcome: "ok", "not_final", "later", "not_found"
-- GUARANTEES G5 G9
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/items.lua
--@include lib/forgetting.lua

local before, ids = tonumber(ARGV[5]) or math.huge, {unpack(ARGV, 6)}
local records = load_records(ids)
-- By when they would have been purged, the tasks that succeeded.
local succeeded = {}

local function delete(id, r)
  -- A dead task may hold those behind it.
  leave_head(id, r)
  hint_change(id, r)
  if r.state == SUCCEEDED then
    local purge = text_of(purge_of(r))
    succeeded[purge] = succeeded[purge] or {}
    succeeded[purge][id] = true
  else
    change("ZREM", finals[r.state], id)
  end
  forget(id, r)
  records[id] = nil
end

-- Takes tasks out of an entry of the index that has several in one.
local function drop_from(entry, purge, gone)
  local left = {}
  for _, id in ipairs(ids_of(entry)) do
    if not gone[id] then left[#left + 1] = id end
  end
  if #left * ID_BYTES == #entry then return end
  change("ZREM", finals[SUCCEEDED], entry)
  if #left > 0 then change("ZADD", finals[SUCCEEDED], purge, table.concat(left)) end
end

local reply = {"ok", ""}
for _, id in ipairs(ids) do
  local r = records[id]
  local outcome = "ok"
  if unreadable[id] then
    forget_unreadable(id)
    unreadable[id] = nil
  elseif not r then
    outcome = "not_found"
  elseif r.state < SUCCEEDED then
    outcome = "not_final"
  elseif r.finished >= before then
    outcome = "later"
  else
    delete(id, r)
  end
  reply[#reply + 1] = outcome
  reply[#reply + 1] = r and r.state or 0
end
for purge, gone in pairs(succeeded) do
  for _, entry in ipairs(redis.call("ZRANGE", finals[SUCCEEDED], purge, purge, "BYSCORE")) do
    drop_from(entry, purge, gone)
  end
end
apply()
if redis.call("EXISTS", tasks) == 0 then forget_rest() end
reply[2] = finish_changes()
return reply
