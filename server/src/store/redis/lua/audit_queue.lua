#!lua flags=allow-oom
-- Mends, a slice at a time, what only lost writes can leave: index entries without a task, and tasks
-- that no index names. Every transition is one script, so it finds nothing unless data was lost.
-- ARGV[5] cursor    of HSCAN over the tasks; 0 to begin
-- ARGV[6] rank      in the sessions; 0 to begin
-- ARGV[7] count     tasks; of the sessions, which may have many leases, it looks at one
-- RETURNS {"ok", hint, cursor, rank, mended}; cursor and rank for the next slice
-- GUARANTEES G6
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/items.lua
--@include lib/mending.lua

local cursor, rank, count = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local mended = 0

-- A lease whose session no sweep would ever look at.
local function mend_lease(id, r)
  if not redis.call("ZSCORE", sessions, r.session) then
    change("ZADD", sessions, now_ms, r.session)
    mended = mended + 1
  end
  local due = tonumber(redis.call("ZSCORE", attempts, r.session) or math.huge)
  if due > r.started + timeout_of(r) then
    set_attempts(r.session, 0)
    mended = mended + 1
  end
end

-- What has no run, or one that waits or cannot be read, is to be in a line or on its way to one.
local function mend_unreadable(id)
  local run = redis.call("HGET", runs, id)
  if run and is_sound_run(run) and string.byte(run) > READY then return end
  local is_waiting = redis.call("ZSCORE", scheduled, id)
  for _, kind in ipairs(redis.call("SMEMBERS", types)) do
    is_waiting = is_waiting or redis.call("ZSCORE", ready_key(kind), id)
  end
  if not is_waiting then
    put_off(id)
    mended = mended + 1
  end
end

local looked_at = redis.call("ZRANGE", sessions, rank, rank)
for _, session in ipairs(looked_at) do
  local ids = redis.call("SMEMBERS", held_key(session))
  local records = load_records(ids)
  for _, id in ipairs(ids) do
    local r = records[id]
    if unreadable[id] then
      -- It is the session's still, which may end it.
    elseif not r or r.state ~= LEASED or r.session ~= session then
      change("SREM", held_key(session), id)
      -- It is to agree anew on what it holds, since it is not told otherwise.
      redis.call("DEL", session_key(session))
      mended = mended + 1
    end
  end
end
local slice = redis.call("HSCAN", tasks, cursor, "COUNT", count)
local ids = {}
for i = 1, #slice[2], 2 do ids[#ids + 1] = slice[2][i] end
for id, r in pairs(load_records(ids)) do
  if not is_indexed(id, r) then
    index(id, r)
    mended = mended + 1
  end
  if r.state == LEASED then mend_lease(id, r) end
end
for id in pairs(unreadable) do mend_unreadable(id) end
local hint = finish_changes()
return {"ok", hint, slice[1], #looked_at == 0 and 0 or rank + 1, mended}
