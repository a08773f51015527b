-- Where pages begin. Needs lib/load.lua.

-- The page before may end among the entries of one order: the first behind its last id, where the index has
-- that; else the first of the order.
local function rank_of_first(key, after, after_id)
  if after == "" then return 0 end
  local rank = after_id and redis.call("ZRANK", key, after_id)
  if rank and tonumber(redis.call("ZSCORE", key, after_id)) == tonumber(after) then return rank + 1 end
  return redis.call("ZCOUNT", key, "-inf", "(" .. after)
end

-- Hands on which leases are of an attempt that runs out of time at a moment or, in this order, later: the
-- first so many, and what else has the moment of the last. They are in no order but what is made here, so
-- that all have to be looked at; a table for each would take four times as long.
local function leased_from(first, after_id, limit, hand_on)
  local ids, dues, sorted, count, due_of = {}, {}, {}, 0, {}
  for _, session in ipairs(redis.call("ZRANGE", sessions, 0, "+inf", "BYSCORE")) do
    local held = redis.call("SMEMBERS", held_key(session))
    local ran = load_packed(runs, held)
    for i = 1, #held do
      local id, run = held[i], ran[i]
      local due = due_of[run]
      if not due then
        due = run and due_of_attempt(run) or -1
        due_of[run] = due
      end
      if due > first or (due == first and id > after_id) then
        count = count + 1
        ids[count], dues[count], sorted[count] = id, due, due
      end
    end
  end
  table.sort(sorted)
  local last = sorted[limit] or math.huge
  for i = 1, count do
    if dues[i] <= last then hand_on(ids[i], string.format("%.0f", dues[i])) end
  end
end
