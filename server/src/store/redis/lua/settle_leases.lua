#!lua flags=allow-oom if_room
-- Ends leases, each fenced by its token and its session.
-- ARGV[5] ids
-- ARGV[6] endings: one for so many ids in turn: count, token, kind (lib/record.lua; a time out is the
--   dispatcher's own), aftermath (1 where no attempt may follow, 2 where the key is held, 3 the queue), delay ms,
--   session, detail
--   detail: the result of what is complete, the failure of what failed or timed out (lib/settlements.lua), for how many
--   ms something is held; small, or it is called as settle_leases_if_room, which a full Redis refuses
-- ARGV[7] retention of the dead, ms
-- RETURNS {"ok", hint, outcomes}; an item: o (ok), r (repeat), s (stale) or n (not found), and the state's digit (0 for
--   none); empty where all are SUCCEEDED now
-- GUARANTEES G4 G5 G7 G9 G16
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/items.lua
--@include lib/plain_ends.lua
--@include lib/past.lua
--@include lib/settlements.lua

local ENDING = "<I2I7BBI6Bc0I4c0"
local ids, endings, at = ids_of(ARGV[5]), ARGV[6], 1
local ran, raws, records, latest = load_packed(runs, ids), nil, {}, {}
local outcomes, is_any_other = {}, false

-- What is written for those that end plainly, and for how many so far.
local written, count = new_command("HSET", runs), 0

local function raw_of(i)
  raws = raws or load_packed(tasks, ids)
  return raws[i]
end

-- Returns the record as it is by now, nil where there is none.
local function record_at(i)
  local id, raw = ids[i], raw_of(i)
  if not records[id] and raw then records[id] = read_record(id, raw, latest[id] or ran[i]) end
  return records[id]
end

local function settle_other(i, session, token, kind, aftermath, delay, detail)
  local id, r = ids[i], record_at(i)
  if r then
    outcomes[i] = end_lease(id, r, session, token, kind, aftermath, delay, detail)
  else
    outcomes[i] = NOT_FOUND
  end
  is_any_other = is_any_other or outcomes[i] ~= DONE
end

-- Settles a number of leases that end in one way, from the first on.
local function settle_alike(first, last, session, token, kind, aftermath, delay, detail)
  local result = kind == COMPLETE and #detail <= MAX_INLINE_RESULT_BYTES and string.char(#detail) .. detail
  local seen, plain, ended
  for i = first, last do
    local id = ids[i]
    local run = latest[id] or ran[i]
    if run ~= seen then
      seen, plain = run, result and run and plain_end(run, session, token)
      ended = plain and plain.head .. result
    end
    if plain and not records[id] and (not plain.is_keyed or end_keyed(ids[i], raw_of(i))) then
      local at, members, purged = 2 * count + 3, plain.members, plain.purged
      written[at], written[at + 1], count = id, ended, count + 1
      members[#members + 1], purged[#purged + 1] = id, id
      latest[id], outcomes[i], is_lease_ended = ended, DONE, true
    else
      settle_other(i, session, token, kind, aftermath, delay, detail)
    end
  end
end

local first = 1
while first <= #ids do
  local alike, token, kind, aftermath, delay, session, detail
  alike, token, kind, aftermath, delay, session, detail, at = struct.unpack(ENDING, endings, at)
  settle_alike(first, first + alike - 1, session, token, kind, aftermath, delay, detail)
  first = first + alike
end
return {"ok", finish_changes(), is_any_other and table.concat(outcomes) or ""}
