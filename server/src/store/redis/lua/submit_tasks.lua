#!lua
-- Stores the tasks that are not there yet.
-- ARGV[5] ids
-- ARGV[6] items: 3 parts an item: plan, terms (lib/body.lua), payload (empty where the terms hold it)
--   plan: due kind (0 now, 1 after ms, 2 at epoch ms), due, priority, what it is leased by
-- RETURNS {"ok", hint, outcomes}; a letter an item: c (created), k (known), r (reused)
-- GUARANTEES G1 G2 G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/places.lua
--@include lib/items.lua

local ITEM = "<I4BI6BBc0" .. PART .. PART
-- The record of a task before its first lease, its body field by field.
local FRESH = HEAD .. "I7I6c0"
local FLAGS_IN_TERMS = FLAGS_AT - TERMS_AT + 1

local ids, items, at = ids_of(ARGV[5]), ARGV[6], 1
local records = load_records(ids)

local function create(id, due_kind, due, priority, kind, terms, payload)
  if due_kind == 1 then due = now_ms + due end
  if due_kind == 0 or due < now_ms then due = now_ms end
  local state, bits, score = READY, 0, (9 - priority) * BAND + place_of(due)
  if payload ~= "" then
    change("HSET", details, id .. LETTERS[PAYLOAD], payload)
    bits = PAYLOAD
  end
  local _, _, start = rare_terms(terms, FLAGS_IN_TERMS)
  if start > 0 then
    change("ZADD", starts, due + start, id)
    bits = bits + STARTS
  end
  if due > now_ms then
    state = SCHEDULED
    change("ZADD", scheduled, due, id)
  else
    add_ready(id, kind, score)
  end
  change("HSET", tasks, id,
    struct.pack(FRESH, state, bits, 0, 0, 0, due - now_ms, 0, score, now_ms, terms))
end

local function terms_of(r)
  return r and string.sub(r.body, TERMS_AT)
end

local function fingerprint_of(terms)
  local _, _, _, fingerprint = rare_terms(terms, FLAGS_IN_TERMS)
  return fingerprint
end

local outcomes, created = {}, {}
for i, id in ipairs(ids) do
  local _, due_kind, due, priority, kind, terms, payload
  _, due_kind, due, priority, kind, terms, payload, at = struct.unpack(ITEM, items, at)
  local known = created[id] or terms_of(records[id])
  if known then
    outcomes[i] = fingerprint_of(known) == fingerprint_of(terms) and "k" or "r"
  else
    create(id, due_kind, due, priority, kind, terms, payload)
    outcomes[i], created[id] = "c", terms
  end
end
if next(created) then save_places() end
return {"ok", finish_changes(), table.concat(outcomes)}
