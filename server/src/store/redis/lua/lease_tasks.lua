#!lua
-- Leases READY tasks to a live session, best first.
-- ARGV[5] session
-- ARGV[6] stream         that takes the tasks
-- ARGV[7] worker
-- ARGV[8] limit          tasks
-- ARGV[9] max_bytes      of payload, but for the first task
-- ARGV[10...] types      "*" for every type
-- RETURNS {"ok", hint, pinned, items}; the parts of an item: id, record, then those of payload,
--   checkpoint and failure that are among the record's details
--   pinned: other sessions, spaces between, that have tasks which only they may lease
-- RETURNS {"session_gone", ""}, {"superseded", ""}
-- GUARANTEES G3 G7 G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/due.lua
--@include lib/candidates.lua
--@include lib/items.lua

local session, stream, worker = ARGV[5], ARGV[6], ARGV[7]
local limit, max_bytes = tonumber(ARGV[8]), tonumber(ARGV[9])
local held = held_key(session)
local newest = stream_of(session)
if newest ~= stream then return {newest and "superseded" or "session_gone", ""} end
expire(500)
promote(500)
local kinds, pinned = kinds_for(session, {unpack(ARGV, 10)})

local function grant(id, r)
  leave(id, r)
  drop_start_deadline(id, r)
  r.state, r.token, r.ended = LEASED, math.max(r.token + 1, now_us), UNSETTLED
  r.attempt, r.deliveries, r.started = r.attempt + 1, math.min(r.deliveries + 1, 65535), now_ms
  r.session, r.worker = session, worker
  put_detail(id, r, PROGRESS, "")
  change("ZADD", leases, text_of(now_ms + timeout_of(r)), id)
  change("SADD", held, id)
  save(id, r)
end

local items, granted, grants, payloads = {}, {}, {}, {}
local bytes, is_full = 0, false
while #granted < limit and not is_full do
  local ids, kind_at = candidates(kinds, limit - #granted)
  local records = load_records(ids)
  for i = 1, #ids do
    local id, kind = ids[i], kind_at[i]
    local r = records[id]
    if r then r.kind = kind end
    if not r or r.state ~= READY then
      change("ZREM", ready_key(kind), id)
    elseif is_overdue(r) then
      to_final(id, r, EXPIRED)
    else
      if has(r, PAYLOAD) then payloads[id] = detail_of(id, PAYLOAD) end
      bytes = bytes + (payloads[id] and #payloads[id] or inline_payload_bytes(r))
      is_full = bytes > max_bytes and #granted > 0
      if is_full then break end
      grant(id, r)
      granted[#granted + 1], grants[id] = id, r
    end
  end
  apply()
  if #ids == 0 then break end
end

for i = 1, #granted do
  local id = granted[i]
  local r = grants[id]
  put_part(items, id)
  put_part(items, r.packed)
  if payloads[id] then put_part(items, payloads[id]) end
  if has(r, CHECKPOINT) then put_part(items, detail_of(id, CHECKPOINT)) end
  if has(r, FAILURE) then put_part(items, detail_of(id, FAILURE)) end
end
return {"ok", finish_changes(), pinned, table.concat(items)}
