#!lua flags=no-writes
-- Reads how the queue flows.
-- RETURNS {"ok", "", settings}; settings: their revision, a space, and JSON; empty where nobody set any
-- GUARANTEES none
--@include lib/queue.lua

return {"ok", "", redis.call("HGET", flow, "j") or ""}
