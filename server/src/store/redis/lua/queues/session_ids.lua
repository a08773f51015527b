#!lua flags=no-writes
-- Names the sessions of the queue that seem to live, all of them.
-- RETURNS {"ok", "", {session, ...}}, as their ttls end
-- GUARANTEES none
--@include lib/queue.lua

return {"ok", "", redis.call("ZRANGEBYSCORE", sessions, "(" .. now_ms, "+inf")}
