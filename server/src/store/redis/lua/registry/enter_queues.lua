#!lua flags=allow-oom if_room
-- Enters queues, or notes that something came to them. Before tasks are stored it is called as
-- enter_queues_if_room, which a full Redis refuses, or names that are made up would fill it further.
-- ARGV[2] is_new    1 where they have tasks or are about to, 0 where those not known stay unknown
-- ARGV[3...] queues
-- RETURNS nothing
-- GUARANTEES none
--@include lib/registry.lua

local now = string.format("%.0f", now_ms)
for at = 3, #ARGV do
  if ARGV[2] == "1" then
    redis.call("ZADD", registry, now, ARGV[at])
  else
    redis.call("ZADD", registry, "XX", now, ARGV[at])
  end
end
return {}
