#!lua flags=no-writes
-- Counts the DEAD tasks by the type of their failure.
-- ARGV[5] limit     types, by name; of more nothing is told
-- RETURNS {"ok", "", type, count, ...}
-- GUARANTEES none
--@include lib/queue.lua
--@include lib/record.lua

local reply, from, key = {"ok", ""}, "-", deaths_key()
for _ = 1, tonumber(ARGV[5]) do
  local first = redis.call("ZRANGE", key, from, "+", "BYLEX", "LIMIT", 0, 1)[1]
  if not first then break end
  local kind = string.sub(first, 1, -ID_BYTES - 2)
  reply[#reply + 1] = kind
  reply[#reply + 1] = redis.call("ZLEXCOUNT", key, "[" .. kind .. "\0", "(" .. kind .. "\1")
  from = "[" .. kind .. "\1"
end
return reply
