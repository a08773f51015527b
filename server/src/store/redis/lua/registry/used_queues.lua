#!lua flags=no-writes
-- Names the queues to which something came lately.
-- ARGV[2] within_ms
-- RETURNS queues
-- GUARANTEES none
--@include lib/registry.lua

return redis.call("ZRANGE", registry, string.format("%.0f", now_ms - tonumber(ARGV[2])), "+inf", "BYSCORE")
