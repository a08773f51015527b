#!lua flags=no-writes
-- Reads a page of the tasks in one state, in its order or from the end of it.
-- ARGV[5] state
-- ARGV[6] after     the order of the task before the page; empty for the first page
-- ARGV[7] after_id  its id
-- ARGV[8] limit     tasks
-- ARGV[9] kind      only READY tasks of this type, and pinned and keyed ones of any; empty for all
-- ARGV[10] max_bytes of the page, but for its last task
-- ARGV[11] back      1 to go back from the end, else 0
-- ARGV[12] worker    only LEASED tasks of this worker; empty for all
-- RETURNS {"ok", "", {order, id, record, run, payload, result, failure, progress, reason}...}
--   record: empty where it cannot be read
-- GUARANTEES G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/items.lua
--@include lib/pages.lua
--@include lib/describe.lua

local state, after, after_id, limit = tonumber(ARGV[5]), ARGV[6], ARGV[7], tonumber(ARGV[8])
local is_back = ARGV[11] == "1"

local found, ids = {}, {}
local before = after ~= "" and {id = after_id, score = tonumber(after)}

-- Entries of one order are sorted by id.
local function is_first(a, b)
  if is_back then a, b = b, a end
  return a.score < b.score or (a.score == b.score and a.id < b.id)
end

-- Takes note of a task unless it was on a page before.
local function find(id, order)
  local entry = {id = id, order = order, score = tonumber(order)}
  if not before or is_first(before, entry) then found[#found + 1] = entry end
end

-- Finds as many as the page has room for; where an entry has several, all of the last one's order, since
-- the ids of its entries are sorted as one.
local function collect(key)
  local from, first, last = rank_of_first(key, after, state ~= SUCCEEDED and after_id, is_back), #found, nil
  local command = is_back and "ZREVRANGE" or "ZRANGE"
  repeat
    local page = redis.call(command, key, from, from + limit - 1, "WITHSCORES")
    for i = 1, #page, 2 do
      local is_full = #found - first >= limit
      if is_full and (state ~= SUCCEEDED or page[i + 1] ~= last) then return end
      last = page[i + 1]
      for _, id in ipairs(state == SUCCEEDED and ids_of(page[i]) or {page[i]}) do find(id, last) end
    end
    from = from + limit
  until #page == 0
end

if state == LEASED then
  leased_from(after, after_id, limit, is_back, ARGV[12], find)
else
  for _, key in ipairs(indexes_of(state, ARGV[9])) do collect(key) end
end
table.sort(found, is_first)
for i = 1, math.min(limit, #found) do ids[i] = found[i].id end
local records, reply, bytes = load_records(ids), {"ok", ""}, 0
for i, id in ipairs(ids) do
  local r = records[id] or unreadable[id]
  if r and bytes < tonumber(ARGV[10]) then
    local task = describe(id, r)
    reply[#reply + 1] = {found[i].order, unpack(task)}
    for _, part in ipairs(task) do bytes = bytes + #part end
  end
end
return reply
