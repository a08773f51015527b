-- How a task begins. Needs lib/body.lua, lib/indexes.lua and lib/places.lua.

-- What stands before a record's state.
local START = "<I7I6"
local FLAGS_IN_TAIL = FLAGS_AT - STATE_AT + 1

local function due_of(kind, due)
  if kind == 1 then due = now_ms + due end
  return (kind == 0 or due < now_ms) and now_ms or due
end

-- Stores what is not due yet or has details. Returns its record.
local function store_rare(id, score, due, tail, kind, bits, payload)
  if bits % 2 == PAYLOAD then change("HSET", details, id .. LETTERS[PAYLOAD], payload) end
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
