-- READY tasks that are held back. Needs lib/deals/rates.lua and lib/flow/lanes.lua.
-- Of more keys that are parked it is estimated how many tasks they have.
local MOST_KEYS = 1000

-- How many tasks the lanes of parked keys have, and how many keys have some.
local function count_parked()
  local fields = redis.call("HSCAN", parked, 0, "COUNT", MOST_KEYS)[2]
  local count, keys = 0, 0
  for i = 1, #fields, 2 do
    local size = 0
    for kind in string.gmatch(fields[i + 1], "%S+") do
      size = size + redis.call("ZCARD", lane_key(kind, fields[i]))
    end
    count, keys = count + size, size > 0 and keys + 1 or keys
  end
  local share = #fields > 0 and redis.call("HLEN", parked) / (#fields / 2) or 0
  return math.min(math.floor(count * share + 0.5), redis.call("ZCARD", keyed)), math.floor(keys * share + 0.5)
end

-- What holds all READY tasks back: which of the causes below, counted from 1; nil where something may be leased.
local function cause_of_all(leased)
  local q = flow_of_queue()
  if q.is_paused then return 1 end
  if q.held_until > now_ms then return 2 end
  if q.concurrency > 0 and leased >= q.concurrency then return 3 end
  local tat = tat_of(q.interval, q.burst, OF_QUEUE)
  if tat and tokens_of(q.interval, q.burst, tat) == 0 then return 4 end
end

-- Returns how many are held back by a pause, a hold, the queue's concurrency, its rate, their key, the head of their
-- order; and how many keys hold theirs back.
local function count_blocked(ready, leased)
  local counts, cause = {0, 0, 0, 0, 0, 0}, cause_of_all(leased)
  local in_lanes, keys = count_parked()
  if cause then
    counts[cause] = ready
  else
    counts[5], counts[6] = in_lanes, redis.call("ZCARD", behind)
  end
  counts[7] = keys
  return counts
end
