#!lua
-- Stores the tasks that are not there yet.
-- ARGV[5] ids
-- ARGV[6] items: of so many tasks in turn: count, due kind (0 now, 1 after ms, 2 at epoch ms), due,
--   priority, details, what they are leased by; then of each, behind its length, its record from the
--   state on, as that is where the task is due now
-- ARGV[7...] payloads of the tasks that have one among their details
-- RETURNS {"ok", hint, outcomes}; a letter an item: c (created), k (known), r (reused); empty where all
--   are created
-- GUARANTEES G1 G2 G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/places.lua
--@include lib/items.lua

local PLAN, ITEM, START = "<I2BI6BBBc0", "<I4c0", "<I7I6"
local FLAGS_IN_TAIL = FLAGS_AT - STATE_AT + 1

local ids, items, at = ids_of(ARGV[5]), ARGV[6], 1
local raws, created, outcomes, is_any_known = load_packed(tasks, ids), {}, {}, false
local written, payload_at = new_command("HSET", tasks), 6

local function due_of(kind, due)
  if kind == 1 then due = now_ms + due end
  return (kind == 0 or due < now_ms) and now_ms or due
end

local function fingerprint_of(raw)
  local _, _, _, fingerprint = rare_terms(raw, FLAGS_AT)
  return fingerprint
end

-- Stores what is not due yet or has details. Returns its record.
local function store_rare(id, score, due, tail, kind, bits)
  if bits % 2 == PAYLOAD then change("HSET", details, id .. LETTERS[PAYLOAD], ARGV[payload_at]) end
  if bits >= STARTS then
    local _, _, start = rare_terms(tail, FLAGS_IN_TAIL)
    change("ZADD", starts, due + start, id)
  end
  if due <= now_ms then
    add_ready(id, kind, text_of_score(score))
    return struct.pack(START, score, now_ms) .. tail
  end
  change("ZADD", scheduled, due, id)
  local head = struct.pack("<I7I6BBI5", score, now_ms, SCHEDULED, bits, due - now_ms)
  return head .. string.sub(tail, TERMS_AT - STATE_AT + 1)
end

-- Stores tasks that differ in their records only, from the first on.
local function store_alike(first, last, due, priority, bits, kind)
  local score_from, is_plain = (9 - priority) * BAND, bits == 0 and due <= now_ms
  for i = first, last do
    local id, tail = ids[i], nil
    tail, at = struct.unpack(ITEM, items, at)
    if bits % 2 == PAYLOAD then payload_at = payload_at + 1 end
    local known, record = created[id] or raws[i], nil
    if known then
      local is_same = fingerprint_of(known) == fingerprint_of(struct.pack(START, 0, 0) .. tail)
      outcomes[i], is_any_known = is_same and "k" or "r", true
    else
      local score = score_from + place_of(due)
      if is_plain then
        local line = line_of(kind)
        local to = #line
        line[to + 1], line[to + 2] = text_of_score(score), id
        record = struct.pack(START, score, now_ms) .. tail
      else
        record = store_rare(id, score, due, tail, kind, bits)
      end
      local to = #written
      written[to + 1], written[to + 2] = id, record
      outcomes[i], created[id] = "c", record
    end
  end
end

local first = 1
while first <= #ids do
  local count, due_kind, due, priority, bits, _, kind
  count, due_kind, due, priority, bits, kind, at = struct.unpack(PLAN, items, at)
  store_alike(first, first + count - 1, due_of(due_kind, due), priority, bits, kind)
  first = first + count
end
if next(created) then save_places() end
return {"ok", finish_changes(), is_any_known and table.concat(outcomes) or ""}
