#!lua
-- Stores the tasks that are not there yet.
-- ARGV[5] ids
-- ARGV[6] items: 1 where some have ordering keys, or 0; of so many tasks in turn: count, due kind (0 now, 1 after ms, 2 at epoch ms), due,
--   priority, details, turns (lib/submits.lua), what they are leased by; then of each, behind its length, its
--   record from the state on, as that is where the task is due now
-- ARGV[7...] payloads of the tasks that have one among their details
-- RETURNS {"ok", hint, outcomes, is_new, max_backlog, key_max_backlog}; a letter an item: c (created), k (known),
--   r (reused), f (the queue is full), g (its key is); empty where all are created; is_new: 1 where nothing was
--   known of the queue, which was empty or is no more
-- GUARANTEES G1 G2 G8 G9
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/due.lua
--@include lib/places.lua
--@include lib/items.lua
--@include lib/flow/backlogs.lua
--@include lib/submits.lua

local PLAN, ITEM = "<I2BI6BBBBc0", "<I4c0"

local ids, items, at = ids_of(ARGV[5]), ARGV[6], 2
-- Who was due before goes before.
if string.byte(items) == 1 then promote(500) end
local raws, created, outcomes, is_any_other = load_packed(tasks, ids), {}, {}, false
local written, count, payload_at = new_command("HSET", tasks), 0, 6

local is_limited = flow_of_queue().max_backlog + flow_of_queue().key_max_backlog > 0

-- Returns why a task is not taken, nil where it is.
local function refusal_of(id, known, tail, turns)
  if known then
    local is_same = not is_sound(known) or fingerprint_of(known) == fingerprint_of(struct.pack(START, 0, 0) .. tail)
    return is_same and "k" or "r"
  end
  if not is_limited then return nil end
  local _, _, _, _, key = rare_terms(tail, FLAGS_IN_TAIL)
  return join_backlog(key, turns % 2 == OWED)
end

-- Stores tasks that differ in their records only, from the first on.
local function store_alike(first, last, due, priority, bits, turns, kind)
  local score_from, is_plain = (9 - priority) * BAND, bits == 0 and due <= now_ms and turns < KEYED
  local line, has_payload = is_plain and line_of(kind) or {}, bits % 2 == PAYLOAD
  local line_end = #line
  for i = first, last do
    local id, tail = ids[i], nil
    tail, at = struct.unpack(ITEM, items, at)
    if has_payload then payload_at = payload_at + 1 end
    local known = created[id] or raws[i]
    local refusal = (known or is_limited) and refusal_of(id, known, tail, turns)
    if refusal then
      outcomes[i], is_any_other = refusal, true
    else
      local score, record = score_from + place_of(due), nil
      if is_plain then
        line[line_end + 1], line[line_end + 2] = text_of_score(score), id
        line_end, record = line_end + 2, struct.pack(START, score, now_ms) .. tail
      else
        record = store_rare(id, score, due, tail, kind, bits, turns, ARGV[payload_at])
      end
      local to = 2 * count + 3
      written[to], written[to + 1], count = id, record, count + 1
      outcomes[i], created[id] = "c", record
    end
  end
end

local first = 1
while first <= #ids do
  local alike, due_kind, due, priority, bits, turns, kind
  alike, due_kind, due, priority, bits, turns, kind, at = struct.unpack(PLAN, items, at)
  store_alike(first, first + alike - 1, due_of(due_kind, due), priority, bits, turns, kind)
  first = first + alike
end
if next(created) then save_places() end
return {"ok", finish_changes(), is_any_other and table.concat(outcomes) or "", places[1] and 0 or 1,
  flow_of_queue().max_backlog, flow_of_queue().key_max_backlog}
