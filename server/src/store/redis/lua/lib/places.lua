-- Places in the queue (G8): the priority, then µs since 2025, whose last three digits are the order of
-- the submits. 9e14 of them, which is until 2053, stay exact beside the priority.
local EPOCH_MS = 1735689600000
--@each call
local places = redis.call("HMGET", meta, "last", "sequence")
local last, sequence = tonumber(places[1] or 0), tonumber(places[2] or 0)
-- The scores spelled so far, but for their last digits.
local heads = {}
--@end

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

-- Spells a score. Those of a batch differ in the last digits, and Redis takes long over a number.
local function text_of_score(score)
  local low = score % 1000
  local head = heads[score - low]
  if not head then
    head = string.format("%.0f", (score - low) / 1000)
    heads[score - low] = head
  end
  local tens, ones = low % 100, low % 10
  return head .. string.char(48 + (low - tens) / 100, 48 + (tens - ones) / 10, 48 + ones)
end

local function save_places()
  change("HSET", meta, "last", string.format("%.0f", last))
  change("HSET", meta, "sequence", sequence)
end
