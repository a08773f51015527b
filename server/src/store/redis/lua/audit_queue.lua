#!lua flags=allow-oom
-- Mends, a slice at a time, what only lost writes can leave: index entries without a task, and tasks
-- that no index names. Every transition is one script, so it finds nothing unless data was lost.
-- ARGV[5] cursor    of HSCAN over the tasks; 0 to begin
-- ARGV[6] rank      in the sessions; 0 to begin
-- ARGV[7] count     tasks; of the sessions, which may have many leases, it looks at one
-- RETURNS {"ok", hint, cursor, rank, mended}; cursor and rank for the next slice
-- GUARANTEES G6
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/items.lua

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

-- Whether the index of those that succeeded has it, in an entry with others.
local function has_succeeded(id, purge)
  for _, ids in ipairs(redis.call("ZRANGEBYSCORE", finals[SUCCEEDED], purge, purge)) do
    for _, each in ipairs(ids_of(ids)) do
      if each == id then return true end
    end
  end
  return false
end

local function is_indexed(id, r)
  if r.state == LEASED then return redis.call("SISMEMBER", held_key(r.session), id) == 1 end
  if r.state == SUCCEEDED then return has_succeeded(id, purge_of(r)) end
  local keys = {[SCHEDULED] = scheduled, [READY] = ready_key(kind_of(r))}
  return redis.call("ZSCORE", keys[r.state] or finals[r.state], id)
end

local function index(id, r)
  if r.state == READY then
    add_ready(id, kind_of(r), score_of(r))
  elseif r.state == SCHEDULED then
    change("ZADD", scheduled, submitted_of(r) + r.wait, id)
  elseif r.state == LEASED then
    change("SADD", held_key(r.session), id)
  elseif r.state == SUCCEEDED then
    local ids = succeeding(purge_of(r))
    ids[#ids + 1] = id
  else
    change("ZADD", finals[r.state], purge_of(r), id)
  end
  mended = mended + 1
end

local looked_at = redis.call("ZRANGE", sessions, rank, rank)
for _, session in ipairs(looked_at) do
  local ids = redis.call("SMEMBERS", held_key(session))
  local records = load_records(ids)
  for _, id in ipairs(ids) do
    local r = records[id]
    if not r or r.state ~= LEASED or r.session ~= session then
      change("SREM", held_key(session), id)
      mended = mended + 1
    end
  end
end
local slice = redis.call("HSCAN", tasks, cursor, "COUNT", count)
local ids = {}
for i = 1, #slice[2], 2 do ids[#ids + 1] = slice[2][i] end
for id, r in pairs(load_records(ids)) do
  if not is_indexed(id, r) then index(id, r) end
  if r.state == LEASED then mend_lease(id, r) end
end
local hint = finish_changes()
return {"ok", hint, slice[1], #looked_at == 0 and 0 or rank + 1, mended}
