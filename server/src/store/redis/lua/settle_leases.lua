#!lua flags=allow-oom
-- Ends leases, each fenced by its token.
-- ARGV[5] ids
-- ARGV[6] items: 2 parts an item: ending, detail
--   ending: token, kind (lib/record.lua; a time out is the dispatcher's own), dies (1 where no attempt
--   may follow), delay ms
--   detail: the result of what is complete, the failure of what failed or timed out
-- RETURNS {"ok", hint, outcomes}; an item: a letter and the state's digit (0 for none)
--   o (ok), r (repeat), s (stale), n (not found)
-- GUARANTEES G4 G5 G7
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/items.lua
--@include lib/plain.lua
--@include lib/settlements.lua

local ITEM = "<I4I7BBI6" .. PART
local ids, items, at = ids_of(ARGV[5]), ARGV[6], 1
local raws, records, latest = load_packed(ids), {}, {}
local ENDED = struct.pack("<BI6", settled(COMPLETE, SUCCEEDED), now_ms)

-- What is written for every task that completes plainly, and for how many so far.
local unleased, purged, written, count =
  new_command("ZREM", leases), new_command("ZADD", finals[SUCCEEDED]), new_command("HSET", tasks), 0
local released = {}

-- Completes what is plain. Returns whether it was.
local function complete_plain(id, raw, token, result)
  if #result > MAX_INLINE_RESULT_BYTES then return false end
  local session, purge, worker_at, bits = plain_lease(raw, token)
  if not session then return false end
  local packed = string.char(SUCCEEDED, bits, #result) .. result .. ENDED .. string.sub(raw, worker_at)
  local members, at = released[session], 2 * count + 3
  if not members then
    members = new_command("SREM", held_key(session))
    released[session] = members
  end
  members[#members + 1] = id
  unleased[count + 3], count = id, count + 1
  purged[at], purged[at + 1] = text_of(purge), id
  written[at], written[at + 1] = id, packed
  latest[id] = packed
  return true
end

local outcomes = {}
for i = 1, #ids do
  local id, outcome = ids[i], DONE
  local _, token, kind, dies, delay, detail
  _, token, kind, dies, delay, detail, at = struct.unpack(ITEM, items, at)
  local r, raw = records[id], latest[id] or raws[i]
  if not raw then
    outcome = NOT_FOUND
  elseif r or kind ~= COMPLETE or not complete_plain(id, raw, token, detail) then
    r = r or unpack_record(raw)
    records[id], outcome = r, end_lease(id, r, token, kind, dies, delay, detail)
  end
  outcomes[i] = outcome
end
return {"ok", finish_changes(), table.concat(outcomes)}
