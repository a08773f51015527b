#!lua
-- Leases READY tasks to a live session, best first.
-- ARGV[5] session
-- ARGV[6] stream         that takes the tasks
-- ARGV[7] worker
-- ARGV[8] limit          tasks
-- ARGV[9] max_bytes      of payload, but for the first task
-- ARGV[10...] types      none for every type
-- RETURNS {"ok", hint, id, record, payload, checkpoint, ...}; payload empty where the record has it
-- RETURNS {"session_gone", ""}, {"superseded", ""}
-- GUARANTEES G3 G7 G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/changes.lua
--@include lib/transitions.lua
--@include lib/due.lua

local session, stream, worker = ARGV[5], ARGV[6], ARGV[7]
local limit, max_bytes = tonumber(ARGV[8]), tonumber(ARGV[9])
local newest = redis.call("GET", session_key(session))
if newest ~= stream then return {newest and "superseded" or "session_gone", ""} end
expire(500)
promote(500)

local function candidates(count)
  local kinds = {unpack(ARGV, 10)}
  if #kinds == 0 then kinds = redis.call("SMEMBERS", types) end
  local found = {}
  for _, kind in ipairs(kinds) do
    local heads = redis.call("ZRANGE", ready_key(kind), 0, count - 1, "WITHSCORES")
    if #heads == 0 then change("SREM", types, kind) end
    for i = 1, #heads, 2 do
      found[#found + 1] = {id = heads[i], score = tonumber(heads[i + 1]), kind = kind}
    end
  end
  if #kinds > 1 then table.sort(found, function(a, b) return a.score < b.score end) end
  return found
end

local function grant(id, r)
  leave(id, r)
  r.state, r.token, r.ended = LEASED, math.max(r.token + 1, now_us), UNSETTLED
  r.attempt, r.deliveries, r.started = r.attempt + 1, r.deliveries + 1, now_ms
  r.session, r.worker = session, worker
  put_detail(id, r, PROGRESS, "")
  change("ZADD", leases, now_ms + r.timeout, id)
  change("SADD", held_key(session), id)
  save(id, r)
end

local reply, granted, bytes, is_full = {"ok", ""}, {}, 0, false
repeat
  local found, ids = candidates(limit - #granted), {}
  for i = 1, math.min(#found, limit - #granted) do ids[i] = found[i].id end
  local records = load_records(ids)
  for i, id in ipairs(ids) do
    local r = records[id]
    if not r or r.state ~= READY then
      change("ZREM", ready_key(found[i].kind), id)
    elseif is_overdue(r) then
      to_final(id, r, EXPIRED)
    else
      local payload = has(r, PAYLOAD) and redis.call("HGET", details, id .. "s") or ""
      bytes = bytes + r.payload_bytes + #payload
      is_full = bytes > max_bytes and #granted > 0
      if is_full then break end
      grant(id, r)
      granted[#granted + 1] = {id, r, payload}
    end
  end
  apply()
until #ids == 0 or #granted >= limit or is_full

for _, entry in ipairs(granted) do
  local id, r = entry[1], entry[2]
  local checkpoint = has(r, CHECKPOINT) and redis.call("HGET", details, id .. "c") or ""
  for _, part in ipairs({id, pack_record(r), entry[3], checkpoint}) do reply[#reply + 1] = part end
end
reply[2] = finish_changes()
return reply
