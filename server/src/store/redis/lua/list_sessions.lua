#!lua flags=no-writes
-- Lists the sessions that live on the queue, but for those that were asked to go.
-- ARGV[5] limit     sessions
-- RETURNS {"ok", "", session, value, ...}; value: the stream and what else the session's key holds
-- GUARANTEES none
--@include lib/queue.lua
--@include lib/sessions.lua

local reply = {"ok", ""}
for _, session in ipairs(redis.call("ZRANGEBYSCORE", sessions, now_ms, "+inf", "LIMIT", 0, ARGV[5])) do
  local value = redis.call("GET", session_key(session))
  local head, _, mark = parts_of(value or "")
  if value and mark == "" then
    reply[#reply + 1] = session
    reply[#reply + 1] = head
  end
end
return reply
