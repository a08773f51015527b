#!lua flags=allow-oom
-- Opens sessions or takes them up on another stream; gives back what they do not hold any more.
-- ARGV[5...] 5 an item, then its held leases: session, stream (then, after a space each, the types that
--   it takes, where that is not every type), ttl ms, what describes it, held count; id, token ...
-- RETURNS {"ok", hint, {"ok", kept, may have tasks, released id, released token, ...} | {"superseded"} ...};
--   kept: a "1" or "0" a held lease; may have tasks: 1, or 0 where none is READY or due
--   superseded: a stream as high has the session; "drain" and why in place of "ok": it was asked to go
-- GUARANTEES G4 G7
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/due.lua
--@include lib/past.lua
--@include lib/sessions.lua

local function give_back(session, id, r, answer)
  if not r or r.state ~= LEASED or r.session ~= session then
    drop_held(session, id)
    return
  end
  keep_attempt(id, r, GIVEN_BACK, "")
  r.attempt = r.attempt - 1
  to_ready(id, r)
  r.ended = settled(RELEASE, r.state)
  answer[#answer + 1] = id
  answer[#answer + 1] = string.format("%.0f", r.token)
end

-- 0 where the stream is not numbered.
local function number_of(stream)
  return tonumber(string.match(stream, "^(%d%d%d%d%d%d%d%d%d%d)%-") or 0)
end

local function is_overtaken(value, stream)
  local present, number = value and string.match(value, "^%S+"), number_of(stream)
  local is_same = present == string.match(stream, "^%S+")
  return present and not is_same and number > 0 and number <= number_of(present)
end

local function open(session, stream, ttl, about, held)
  local value = redis.call("GET", session_key(session))
  if is_overtaken(value, stream) then return {"superseded"} end
  local _, _, mark = parts_of(value or "")
  change("ZADD", sessions, now_ms + ttl, session)
  redis.call("SET", session_key(session), stream .. "\n0" .. mark, "PX", ttl)
  if about ~= "" then redis.call("SET", about_key(session), about) end
  local ids = redis.call("SMEMBERS", held_key(session))
  local members = #ids
  for _, lease in ipairs(held) do ids[#ids + 1] = lease.id end
  local records = load_records(ids)
  local kept, marks = {}, {}
  for i, lease in ipairs(held) do
    local r = records[lease.id]
    local is_own = r and r.state == LEASED and r.session == session and r.token == lease.token
    marks[i] = is_own and "1" or "0"
    if is_own then kept[lease.id] = true end
  end
  local answer = {mark == "" and "ok" or "drain", table.concat(marks), 1}
  for i = 1, members do
    if not kept[ids[i]] then give_back(session, ids[i], records[ids[i]], answer) end
  end
  if #answer == 3 and not has_leasable() then answer[3] = 0 end
  if mark ~= "" then table.insert(answer, 2, string.sub(mark, 2)) end
  return answer
end

local reply, at = {"ok", ""}, 5
while at <= #ARGV do
  local session, stream, ttl = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local about, held, count = ARGV[at + 3], {}, tonumber(ARGV[at + 4])
  at = at + 5
  for i = 1, count do
    held[i] = {id = ARGV[at], token = tonumber(ARGV[at + 1])}
    at = at + 2
  end
  reply[#reply + 1] = open(session, stream, ttl, about, held)
  apply()
end
reply[2] = finish_changes()
return reply
