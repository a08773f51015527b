#!lua flags=allow-oom if_room
-- Stores documents where their versions are as expected.
-- ARGV[2] is_listed  1 or 0
-- ARGV[3...] items: 5 arguments an item: name, body, expected version (-1 any), due kind (-1 never,
--   0 now, 1 after ms, 2 at epoch ms), due
-- RETURNS an item: the new version, or 0 for a conflict
-- GUARANTEES D1 D2 D3
--@include lib/documents.lua

local answer = {}
for at = 3, #ARGV, 5 do
  local name, expected = ARGV[at], tonumber(ARGV[at + 2])
  local version = version_of(redis.call("HGET", documents, name))
  if expected >= 0 and expected ~= version then
    answer[#answer + 1] = "0"
  else
    local fresh = string.format("%.0f", math.max(version + 1, math.floor(now_us)))
    redis.call("HSET", documents, name, fresh .. ":" .. ARGV[at + 1])
    local kind, time = tonumber(ARGV[at + 3]), tonumber(ARGV[at + 4])
    if kind < 0 then
      redis.call("ZREM", due, name)
    else
      if kind == 0 then time = now_ms elseif kind == 1 then time = now_ms + time end
      redis.call("ZADD", due, time, name)
    end
    if ARGV[2] == "1" then redis.call("ZADD", names, 0, name) end
    answer[#answer + 1] = fresh
  end
end
return answer
