#!lua flags=allow-oom
-- Removes documents.
-- ARGV[2...] items: 2 arguments an item: name, expected version (-1 any)
-- RETURNS an item: 1 where there was one, or 0
-- GUARANTEES D2
--@include lib/documents.lua

local answer = {}
for at = 2, #ARGV, 2 do
  local name, expected = ARGV[at], tonumber(ARGV[at + 1])
  local version = version_of(redis.call("HGET", documents, name))
  if version == 0 or (expected >= 0 and expected ~= version) then
    answer[#answer + 1] = 0
  else
    redis.call("HDEL", documents, name)
    redis.call("ZREM", due, name)
    redis.call("ZREM", names, name)
    answer[#answer + 1] = 1
  end
end
return answer
