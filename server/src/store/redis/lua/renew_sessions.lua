#!lua flags=allow-oom
-- Sets how long sessions live from now, and hands over their notices.
-- ARGV[5...] 3 an item: session, stream, ttl ms (0 ends it)
-- RETURNS {"ok", "", {"ok", notice, ...} | {"gone"} | {"superseded"} ...}
-- GUARANTEES G6
--@include lib/queue.lua

local function finish(session)
  if redis.call("EXISTS", held_key(session)) == 1 then
    -- What it holds is reclaimed by the next sweep.
    redis.call("DEL", session_key(session))
    redis.call("ZADD", sessions, now_ms, session)
  else
    redis.call("DEL", session_key(session), notices_key(session))
    redis.call("ZREM", sessions, session)
    redis.call("ZREM", attempts, session)
  end
end

local function renew(session, stream, ttl)
  local current = stream_of(session)
  if not current then return {"gone"} end
  if current ~= stream then return {"superseded"} end
  local notices = redis.call("LRANGE", notices_key(session), 0, -1)
  if #notices > 0 then redis.call("DEL", notices_key(session)) end
  if ttl > 0 then
    redis.call("PEXPIRE", session_key(session), ttl)
    redis.call("ZADD", sessions, now_ms + ttl, session)
  else
    finish(session)
  end
  return {"ok", unpack(notices)}
end

local reply = {"ok", ""}
for at = 5, #ARGV, 3 do
  reply[#reply + 1] = renew(ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2]))
end
return reply
