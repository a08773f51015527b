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
--@include lib/plain.lua

local ITEM = "<I4BI6BBc0" .. PART .. PART
local FLAGS_IN_TERMS = FLAGS_AT - TERMS_AT + 1

local ids, items, at = ids_of(ARGV[5]), ARGV[6], 1
local raws = load_packed(ids)
local written = new_command("HSET", tasks)
local fresh = FRESH .. struct.pack("<I5I6", 0, now_ms)

local function create(id, due_kind, due, priority, kind, terms, payload)
  if due_kind == 1 then due = now_ms + due end
  if due_kind == 0 or due < now_ms then due = now_ms end
  local state, bits, score = READY, 0, (9 - priority) * BAND + place_of(due)
  if payload ~= "" then
    change("HSET", details, id .. LETTERS[PAYLOAD], payload)
    bits = PAYLOAD
  end
  if string.byte(terms, FLAGS_IN_TERMS) % 4 >= 2 then
    local _, _, start = rare_terms(terms, FLAGS_IN_TERMS)
    change("ZADD", starts, due + start, id)
    bits = bits + STARTS
  end
  if due > now_ms then
    state = SCHEDULED
    change("ZADD", scheduled, due, id)
  else
    add_ready(id, kind, text_of_score(score))
  end
  local head = fresh
  if bits > 0 or due > now_ms then
    head = struct.pack("<BBBI5I6", state, bits, NO_RUN, due - now_ms, now_ms)
  end
  local at = #written
  written[at + 1], written[at + 2] = id, head .. struct.pack("<I7", score) .. terms
end

local function terms_of(raw)
  return raw and string.sub(unpack_record(raw).body, TERMS_AT)
end

local function fingerprint_of(terms)
  local _, _, _, fingerprint = rare_terms(terms, FLAGS_IN_TERMS)
  return fingerprint
end

local outcomes, created = {}, {}
for i = 1, #ids do
  local id = ids[i]
  local _, due_kind, due, priority, kind, terms, payload
  _, due_kind, due, priority, kind, terms, payload, at = struct.unpack(ITEM, items, at)
  local known = created[id] or terms_of(raws[i])
  if known then
    outcomes[i] = fingerprint_of(known) == fingerprint_of(terms) and "k" or "r"
  else
    create(id, due_kind, due, priority, kind, terms, payload)
    outcomes[i], created[id] = "c", terms
  end
end
if next(created) then save_places() end
return {"ok", finish_changes(), table.concat(outcomes)}
