#!lua flags=no-writes
-- Reads a page of the tasks in one state, in its order.
-- ARGV[5] state
-- ARGV[6] after     the order of the task before the page; empty for the first page
-- ARGV[7] after_id  its id
-- ARGV[8] limit     tasks
-- ARGV[9] kind      only READY tasks of this type; empty for all
-- ARGV[10] max_bytes of the page, but for its last task
-- RETURNS {"ok", "", {order, id, record, payload, result, failure, progress, reason}...}
-- GUARANTEES G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/describe.lua

local state, after, after_id, limit = tonumber(ARGV[5]), ARGV[6], ARGV[7], tonumber(ARGV[8])

local function indexes()
  if state == SCHEDULED then return {scheduled} end
  if state == LEASED then return {leases} end
  if state ~= READY then return {finals[state]} end
  local keys = {}
  local kinds = ARGV[9] ~= "" and {ARGV[9]} or redis.call("SMEMBERS", types)
  for i, kind in ipairs(kinds) do keys[i] = ready_key(kind) end
  return keys
end

-- Entries of one order are sorted by id, so that the page before may end among them.
local function collect(key, found)
  local from = 0
  if after ~= "" then
    local rank = redis.call("ZRANK", key, after_id)
    if rank and tonumber(redis.call("ZSCORE", key, after_id)) == tonumber(after) then
      from = rank + 1
    else
      from = redis.call("ZCOUNT", key, "-inf", "(" .. after)
    end
  end
  local taken = 0
  repeat
    local page = redis.call("ZRANGE", key, from, from + limit - 1, "WITHSCORES")
    for i = 1, #page, 2 do
      local is_seen = after ~= "" and page[i + 1] == after and page[i] <= after_id
      if not is_seen then
        found[#found + 1] = {id = page[i], order = page[i + 1], score = tonumber(page[i + 1])}
        taken = taken + 1
      end
    end
    from = from + limit
  until #page == 0 or taken >= limit
end

local found, ids = {}, {}
for _, key in ipairs(indexes()) do collect(key, found) end
table.sort(found, function(a, b)
  return a.score < b.score or (a.score == b.score and a.id < b.id)
end)
for i = 1, math.min(limit, #found) do ids[i] = found[i].id end
local records, reply, bytes = load_records(ids), {"ok", ""}, 0
for i, id in ipairs(ids) do
  if records[id] and bytes < tonumber(ARGV[10]) then
    local task = describe(id, records[id])
    reply[#reply + 1] = {found[i].order, unpack(task)}
    for _, part in ipairs(task) do bytes = bytes + #part end
  end
end
return reply
