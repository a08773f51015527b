-- Places in the queue (G8): the priority, then µs since 2025, whose last three digits are the order of
-- the submits. 9e14 of them, which is until 2053, stay exact beside the priority.
local EPOCH_MS, BAND = 1735689600000, 9e14
local places = redis.call("HMGET", meta, "last", "sequence")
local last, sequence = tonumber(places[1] or 0), tonumber(places[2] or 0)

-- What is due now keeps the order of submits even where the sequence wraps.
local function place_of(due_ms)
  local place = (due_ms - EPOCH_MS) * 1000 + sequence % 1000
  if due_ms <= now_ms then
    if place <= last then place = last + 1 end
    last = place
  end
  sequence = sequence + 1
  return place
end

local function save_places()
  change("HSET", meta, "last", string.format("%.0f", last))
  change("HSET", meta, "sequence", sequence)
end
