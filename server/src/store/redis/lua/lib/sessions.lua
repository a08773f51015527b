-- What a session's key holds: the stream and the types (open_sessions.lua), then, each behind a line break, its open
-- credit, and why it was asked to go, where it was. Needs lib/queue.lua.

-- What describes the session, for people. It lives as long as the session is in the index.
local function about_key(session)
  return stem .. "w:" .. session
end

-- The stream and the types, the credit, and the mark of who was asked to go: a line break and why; else empty.
local function parts_of(value)
  return string.match(value, "^([^\n]*)\n?(%d*)(.*)$")
end

local function forget_session(session)
  redis.call("DEL", held_key(session), notices_key(session), about_key(session))
end
