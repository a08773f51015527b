#!lua flags=allow-oom
-- Removes queues to which nothing came for a while.
-- ARGV[2] idle_ms   how long
-- ARGV[3...] queues
-- RETURNS the queues that are not in it now
-- GUARANTEES none
--@include lib/registry.lua

local gone = {}
for at = 3, #ARGV do
  local last = tonumber(redis.call("ZSCORE", registry, ARGV[at]) or "-inf")
  if last + tonumber(ARGV[2]) <= now_ms then
    redis.call("ZREM", registry, ARGV[at])
    gone[#gone + 1] = ARGV[at]
  end
end
return gone
