#!lua flags=allow-oom
-- Sets how long sessions live from now, and hands over their notices.
-- ARGV[5...] 4 an item: session, stream, ttl ms (0 ends it), open credit (empty where it is as it was)
-- RETURNS {"ok", "", {"ok", notice, ...} | {"drain", why, notice, ...} | {"gone"} | {"superseded"} ...}; drain: as ok,
--   and the session was asked to go
-- GUARANTEES G6
--@include lib/queue.lua
--@include lib/sessions.lua

local function finish(session)
  if redis.call("EXISTS", held_key(session)) == 1 then
    -- What it holds is reclaimed by the next sweep.
    redis.call("DEL", session_key(session))
    redis.call("ZADD", sessions, now_ms, session)
  else
    redis.call("DEL", session_key(session))
    forget_session(session)
    redis.call("ZREM", sessions, session)
    redis.call("ZREM", attempts, session)
  end
end

-- The key's value with another credit.
local function with_credit(value, credit)
  local head, _, mark = parts_of(value)
  return head .. "\n" .. credit .. mark
end

local function renew(session, stream, ttl, credit)
  local value = redis.call("GET", session_key(session))
  if not value then return {"gone"} end
  if string.match(value, "^%S+") ~= stream then return {"superseded"} end
  local notices = redis.call("LRANGE", notices_key(session), 0, -1)
  if #notices > 0 then redis.call("DEL", notices_key(session)) end
  if ttl > 0 then
    if credit == "" then
      redis.call("PEXPIRE", session_key(session), ttl)
    else
      redis.call("SET", session_key(session), with_credit(value, credit), "PX", ttl)
    end
    redis.call("ZADD", sessions, now_ms + ttl, session)
  else
    finish(session)
  end
  local _, _, mark = parts_of(value)
  if mark ~= "" then return {"drain", string.sub(mark, 2), unpack(notices)} end
  return {"ok", unpack(notices)}
end

local reply = {"ok", ""}
for at = 5, #ARGV, 4 do
  reply[#reply + 1] = renew(ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3])
end
return reply
