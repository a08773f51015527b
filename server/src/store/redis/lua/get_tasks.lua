#!lua flags=no-writes
-- Reads tasks.
-- ARGV[5] more      1 to count the READY tasks before each, 2 for past attempts, 3 for both
-- ARGV[6...] id
-- RETURNS {"ok", "", task...}; task: {} where there is none, or as lib/describe.lua says (the record
--   empty where it cannot be read) with the
--   count at the end, empty where it was not asked for or the task is not READY; and where past attempts are asked
--   for, how many are kept beside the first, in a byte, and behind it those that are kept (lib/past.lua)
-- GUARANTEES G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/terms.lua
--@include lib/body.lua
--@include lib/flow/settings.lua
--@include lib/describe.lua

local ids = {unpack(ARGV, 6)}
local records = load_records(ids)
local more = tonumber(ARGV[5])
local kinds = more % 2 == 1 and redis.call("SMEMBERS", types) or {}

local function count_ahead(r)
  if more % 2 == 0 or r.state ~= READY then return "" end
  local count, before = 0, "(" .. string.format("%.0f", score_of(r))
  for _, kind in ipairs(kinds) do
    count = count + redis.call("ZCOUNT", ready_key(kind), "-inf", before)
  end
  for _, key in ipairs({keyed, behind}) do count = count + redis.call("ZCOUNT", key, "-inf", before) end
  return tostring(count)
end

local function past_of(id)
  return string.char(flow_of_queue().history) .. (redis.call("HGET", details, id .. PAST) or "")
end

local reply = {"ok", ""}
for i, id in ipairs(ids) do
  local r = records[id] or unreadable[id]
  local answer = {}
  if r then
    answer = describe(id, r)
    answer[#answer + 1] = count_ahead(r)
    if more >= 2 then answer[#answer + 1] = past_of(id) end
  end
  reply[i + 2] = answer
end
return reply
