#!lua flags=allow-oom
-- Mends, a slice at a time, what only lost writes can leave: index entries without a task, and tasks
-- that no index names. Every transition is one script, so it finds nothing unless data was lost.
-- ARGV[5] cursor    of HSCAN over the tasks; 0 to begin
-- ARGV[6] rank      in the leases; 0 to begin
-- ARGV[7] count     entries of each
-- RETURNS {"ok", hint, cursor, rank, mended}; cursor and rank for the next slice
-- GUARANTEES G6
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/hints.lua

local cursor, rank, count = ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local mended = 0

-- A lease whose session no sweep would ever look at.
local function mend_lease(id, r)
  if not redis.call("ZSCORE", sessions, r.session) then
    change("ZADD", sessions, now_ms, r.session)
    mended = mended + 1
  end
  if redis.call("SISMEMBER", held_key(r.session), id) == 0 then
    change("SADD", held_key(r.session), id)
    mended = mended + 1
  end
end

local function is_indexed(id, r)
  local keys = {[SCHEDULED] = scheduled, [READY] = ready_key(kind_of(r)), [LEASED] = leases}
  return redis.call("ZSCORE", keys[r.state] or finals[r.state], id)
end

local function index(id, r)
  if r.state == READY then
    add_ready(id, kind_of(r), score_of(r))
  elseif r.state == SCHEDULED then
    change("ZADD", scheduled, submitted_of(r) + r.wait, id)
  elseif r.state == LEASED then
    change("ZADD", leases, r.started + timeout_of(r), id)
  else
    change("ZADD", finals[r.state], purge_of(r), id)
  end
  mended = mended + 1
end

local ids = redis.call("ZRANGE", leases, rank, rank + count - 1)
local records = load_records(ids)
for _, id in ipairs(ids) do
  local r = records[id]
  if r and r.state == LEASED then
    mend_lease(id, r)
  else
    change("ZREM", leases, id)
    mended = mended + 1
  end
end
local slice = redis.call("HSCAN", tasks, cursor, "COUNT", count)
for i = 1, #slice[2], 2 do
  local id, r = slice[2][i], unpack_record(slice[2][i + 1])
  if not is_indexed(id, r) then index(id, r) end
end
local hint = finish_changes()
return {"ok", hint, slice[1], #ids < count and 0 or rank + count, mended}
