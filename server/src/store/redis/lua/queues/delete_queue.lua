#!lua flags=allow-oom
-- Forgets the queue, with its tasks where they are to be purged; a slice of it at a time.
-- ARGV[5] purge     1 or 0
-- ARGV[6] limit     tasks, sessions, and whatever else there is many of
-- RETURNS {"ok", hint} where nothing is left of it, {"more", hint}, {"not_found", ""}, {"has_tasks", "", count}
-- GUARANTEES none
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/items.lua
--@include lib/forgetting.lua
--@include lib/sessions.lua
--@include lib/remains.lua

local limit = tonumber(ARGV[6])
local count = redis.call("HLEN", tasks)
if count > 0 and ARGV[5] ~= "1" then return {"has_tasks", "", count} end
if redis.call("EXISTS", unpack(KEYS)) == 0 then return {"not_found", ""} end

local function remove(id, r)
  if r.state < SUCCEEDED then
    leave(id, r)
    if r.state ~= LEASED then count_waiting(id, r, "ZREM") end
    drop_start_deadline(id, r)
  end
  leave_head(id, r)
  hint_change(id, r)
  forget(id, r)
end

local function remove_all(ids)
  local records = load_records(ids)
  for _, id in ipairs(ids) do
    if records[id] then remove(id, records[id]) elseif unreadable[id] then forget_unreadable(id) end
  end
  apply()
end

-- Takes final tasks from their indexes, of which one has several in an entry.
local function remove_finals()
  for _, key in pairs(finals) do
    for _, entry in ipairs(redis.call("ZRANGE", key, 0, limit - 1)) do
      if limit <= 0 then return end
      local some = string.sub(entry, 1, limit * ID_BYTES)
      local score = redis.call("ZSCORE", key, entry)
      redis.call("ZREM", key, entry)
      if #some < #entry then redis.call("ZADD", key, score, string.sub(entry, #some + 1)) end
      limit = limit - #some / ID_BYTES
      remove_all(ids_of(some))
    end
  end
end

remove_finals()
if limit > 0 and redis.call("HLEN", tasks) > 0 then
  local ids = redis.call("HRANDFIELD", tasks, limit)
  limit = limit - #ids
  remove_all(ids)
end
local hint = finish_changes()
if redis.call("HLEN", tasks) > 0 or not remove_remains(limit) then return {"more", hint} end
redis.call("UNLINK", deaths_key(), unpack(KEYS))
return {"ok", hint}
