#!lua flags=no-writes
-- Tells of sessions that live on the queue, and of what they run.
-- ARGV[5] limit     leases of each, those that it has for longest
-- ARGV[6...] session
-- RETURNS {"ok", "", {session, stream and types, credit, mark, ttl ms, what describes it, leases, id, record, run, ...}...}
--   mark: empty, or a line break and why it was asked to go; none of a session that does not live
-- GUARANTEES none
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/terms.lua
--@include lib/body.lua
--@include lib/sessions.lua

-- Of a session with more leases it is told by chance which are looked at.
local LOOKED_AT = 100
local limit = tonumber(ARGV[5])

local function add_running(session, answer)
  local ids, own = redis.call("SRANDMEMBER", held_key(session), LOOKED_AT), {}
  for id, r in pairs(load_records(ids)) do
    if r.state == LEASED and r.session == session then own[#own + 1] = {id = id, r = r} end
  end
  table.sort(own, function(a, b)
    return a.r.started < b.r.started or (a.r.started == b.r.started and a.id < b.id)
  end)
  for i = 1, math.min(limit, #own) do
    for _, part in ipairs({own[i].id, own[i].r.raw, own[i].r.run}) do answer[#answer + 1] = part end
  end
end

local reply = {"ok", ""}
for at = 6, #ARGV do
  local session = ARGV[at]
  local value = redis.call("GET", session_key(session))
  if value then
    local head, credit, mark = parts_of(value)
    local ttl, about = redis.call("PTTL", session_key(session)), redis.call("GET", about_key(session)) or ""
    local answer = {session, head, credit, mark, ttl, about, redis.call("SCARD", held_key(session))}
    add_running(session, answer)
    reply[#reply + 1] = answer
  end
end
return reply
