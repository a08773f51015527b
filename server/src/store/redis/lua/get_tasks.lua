#!lua flags=no-writes
-- Reads tasks.
-- ARGV[5] ahead     1 to count the READY tasks before each
-- ARGV[6...] id
-- RETURNS {"ok", "", task...}; task: {} where there is none, or as lib/describe.lua says (the record
--   empty where it cannot be read) with the
--   count at the end, empty where it was not asked for or the task is not READY
-- GUARANTEES G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/terms.lua
--@include lib/body.lua
--@include lib/describe.lua

local ids = {unpack(ARGV, 6)}
local records = load_records(ids)
local kinds = ARGV[5] == "1" and redis.call("SMEMBERS", types) or {}

local function count_ahead(r)
  if ARGV[5] ~= "1" or r.state ~= READY then return "" end
  local count, before = 0, "(" .. string.format("%.0f", score_of(r))
  for _, kind in ipairs(kinds) do
    count = count + redis.call("ZCOUNT", ready_key(kind), "-inf", before)
  end
  for _, key in ipairs({keyed, behind}) do count = count + redis.call("ZCOUNT", key, "-inf", before) end
  return tostring(count)
end

local reply = {"ok", ""}
for i, id in ipairs(ids) do
  local r = records[id] or unreadable[id]
  local answer = {}
  if r then
    answer = describe(id, r)
    answer[#answer + 1] = count_ahead(r)
  end
  reply[i + 2] = answer
end
return reply
