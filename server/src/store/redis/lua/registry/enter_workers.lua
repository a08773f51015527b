#!lua flags=allow-oom
-- Enters queues that describe sessions in a registry of their own, and forgets those not entered for a while.
-- ARGV[2] memory_ms how long
-- ARGV[3...] queues
-- RETURNS nothing
-- GUARANTEES none
--@include lib/registry.lua

for at = 3, #ARGV do redis.call("ZADD", registry, string.format("%.0f", now_ms), ARGV[at]) end
redis.call("ZREMRANGEBYSCORE", registry, "-inf", string.format("%.0f", now_ms - tonumber(ARGV[2])))
return {}
