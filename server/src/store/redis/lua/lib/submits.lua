-- How a task begins. Needs lib/body.lua, lib/indexes.lua and lib/places.lua.

-- What stands before a record's state.
local START = "<I7I6"
local FLAGS_IN_TAIL = FLAGS_AT - STATE_AT + 1

local function due_of(kind, due)
  if kind == 1 then due = now_ms + due end
  return (kind == 0 or due < now_ms) and now_ms or due
end

-- Of tasks in turn: whether they are owed, and have keys.
local OWED, KEYED = 1, 2

-- Has a task wait in its turn, or until it is due. Returns its record.
local function store_keyed(id, record, kind, due, score)
  local flags = string.byte(record, FLAGS_AT)
  local key = flags % 16 >= 8 and key_of_raw(record)
  if key then waiting[#waiting + 1], waiting[#waiting + 2] = "0", "W" .. key .. id end
  if due > now_ms then return record end
  if flags < 16 then
    add_to_lane(id, kind, key, text_of_score(score))
  else
    take_turn(id, {raw = record, kind = kind, crashes = 0})
  end
  return record
end

-- Stores what is not due yet, has details or keys. Returns its record.
local function store_rare(id, score, due, tail, kind, bits, turns, payload)
  if bits % 2 == PAYLOAD then change("HSET", details, id .. LETTERS[PAYLOAD], payload) end
  if bits >= STARTS then
    local _, _, start = rare_terms(tail, FLAGS_IN_TAIL)
    change("ZADD", starts, due + start, id)
  end
  local record
  if due <= now_ms then
    if turns < KEYED then add_ready(id, kind, text_of_score(score)) end
    record = struct.pack(START, score, now_ms) .. tail
  else
    change("ZADD", scheduled, due, id)
    record = struct.pack("<I7I6BBI5", score, now_ms, SCHEDULED, bits, due - now_ms)
      .. string.sub(tail, TERMS_AT - STATE_AT + 1)
  end
  return turns < KEYED and record or store_keyed(id, record, kind, due, score)
end
