-- Writes what was collected.
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/terms.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/deaths.lua
--@include lib/indexes.lua
--@include lib/flow/settings.lua
--@include lib/flow/tags.lua
--@include lib/flow/lanes.lua
--@include lib/flow/members.lua
--@include lib/flow/returns.lua
--@include lib/flow/eligible.lua
--@include lib/flow/turns.lua
--@include lib/flow/heads.lua

local function apply()
  if next(headless) then fill_heads() end
  for i = 1, #dirty do
    local r = dirty_records[i]
    local key, packed = pack_record(r)
    r.is_dirty = false
    change("HSET", key, dirty[i], packed)
  end
  for purge, ids in pairs(succeeded_at) do
    if #ids > 0 then
      change("ZADD", finals[SUCCEEDED], string.format("%.0f", purge), table.concat(ids))
    end
  end
  for _, list in ipairs(commands) do
    if #list > 2 then redis.call(unpack(list)) end
  end
  for _, kind in ipairs(ready_kinds) do
    local list, last = ready_at[kind], #ready_at[kind]
    -- Last first: in a short line Redis looks for each one's place from the head on.
    for at = 3, last / 2, 2 do
      local to = last + 2 - at
      list[at], list[at + 1], list[to], list[to + 1] = list[to], list[to + 1], list[at], list[at + 1]
    end
    local added = last > 2 and redis.call(unpack(list)) or 0
    -- Who waits for this type found none, so only the first ones are news.
    if added > 0 and redis.call("ZCARD", list[2]) == added then
      redis.call("SADD", types, kind)
      hint_ready = true
    end
  end
  commands, command_at, dirty, dirty_records, ready_kinds, ready_at = {}, {}, {}, {}, {}, {}
  succeeded_at = {}
  if #waiting > 2 then redis.call(unpack(waiting)) end
  if #ended > 2 then redis.call(unpack(ended)) end
  waiting, ended = {"ZADD", members}, {"ZREM", members}
  if next(charges) then apply_charges() end
  apply_lanes()
end
