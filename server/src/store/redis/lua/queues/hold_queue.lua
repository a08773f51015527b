#!lua flags=allow-oom
-- Keeps everything of the queue from being leased for a while.
-- ARGV[5] for_ms    how long; what holds it longer stays
-- RETURNS {"ok", ""}
-- GUARANTEES none
--@include lib/queue.lua

local held_until = math.max(now_ms + tonumber(ARGV[5]), tonumber(redis.call("HGET", flow, "h") or 0))
redis.call("HSET", flow, "h", string.format("%.0f", held_until))
return {"ok", ""}
