#!lua flags=allow-oom
-- Asks sessions to go: their renewals and openings say so from now on.
-- ARGV[5...] 2 an item: session, why
-- RETURNS {"ok", hint, "ok" | "gone", ...}
-- GUARANTEES none
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/sessions.lua

local reply = {"ok", ""}
for at = 5, #ARGV, 2 do
  local session = ARGV[at]
  local value = redis.call("GET", session_key(session))
  if value then
    local head, credit, mark = parts_of(value)
    if mark == "" then
      redis.call("SET", session_key(session), head .. "\n" .. credit .. "\n" .. ARGV[at + 1], "KEEPTTL")
    end
    hint_sessions[session] = true
  end
  reply[#reply + 1] = value and "ok" or "gone"
end
reply[2] = finish_changes()
return reply
