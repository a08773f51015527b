-- Where pages begin. Needs lib/load.lua.

-- The indexes of a state but LEASED; of READY tasks those that have tasks of a kind, where one is named.
local function indexes_of(state, kind)
  if state ~= READY then return {finals[state] or scheduled} end
  local keys = kind ~= "" and {ready_key(kind)} or {}
  for _, each in ipairs(redis.call("SMEMBERS", types)) do
    if kind == "" or string.sub(each, 1, 1) == "@" then keys[#keys + 1] = ready_key(each) end
  end
  keys[#keys + 1], keys[#keys + 2] = keyed, behind
  return keys
end

-- The page before may end among the entries of one order: the first behind its last id, where the index has
-- that; else the first of the order. Counted from the end where the page goes back.
local function rank_of_first(key, after, after_id, is_back)
  if after == "" then return 0 end
  local rank = after_id and redis.call(is_back and "ZREVRANK" or "ZRANK", key, after_id)
  if rank and tonumber(redis.call("ZSCORE", key, after_id)) == tonumber(after) then return rank + 1 end
  if is_back then return redis.call("ZCOUNT", key, "(" .. after, "+inf") end
  return redis.call("ZCOUNT", key, "-inf", "(" .. after)
end

-- Hands on leases by when their attempt runs out of time, the latest first where the page goes back: the first
-- so many behind a place, and what else has the moment of the last. They are in no order but what is made here,
-- so that all have to be looked at; a table for each would take four times as long.
local function leased_from(after, after_id, limit, is_back, worker, hand_on)
  local ids, turns, sorted, count, due_of = {}, {}, {}, 0, {}
  local sign, named = is_back and -1 or 1, worker ~= "" and string.char(#worker) .. worker
  local first = after == "" and -math.huge or tonumber(after) * sign
  for _, session in ipairs(redis.call("ZRANGE", sessions, 0, "+inf", "BYSCORE")) do
    local held = redis.call("SMEMBERS", held_key(session))
    local ran = load_packed(runs, held)
    for i = 1, #held do
      local id, run = held[i], ran[i]
      local due = due_of[run]
      if not due then
        local is_wanted = run and (not named or string.sub(run, WORKER_IN_RUN, WORKER_IN_RUN + #worker) == named)
        due = is_wanted and due_of_attempt(run) or 0
        due_of[run] = due
      end
      local turn = due * sign
      local is_past = turn > first
      if turn == first then
        if is_back then is_past = id < after_id else is_past = id > after_id end
      end
      if due > 0 and is_past then
        count = count + 1
        ids[count], turns[count], sorted[count] = id, turn, turn
      end
    end
  end
  table.sort(sorted)
  local last = sorted[limit] or math.huge
  for i = 1, count do
    if turns[i] <= last then hand_on(ids[i], string.format("%.0f", turns[i] * sign)) end
  end
end
