-- The state machine's moves, each on a loaded record. Needs lib/indexes.lua and lib/body.lua.

-- Takes a task out of the index of the state it is in.
local function leave(id, r)
  if r.state == LEASED then
    change("SREM", held_key(r.session), id)
    end_lease_of(id, r)
  elseif r.state == READY then
    leave_turn(id, r)
  elseif r.state == SCHEDULED then
    change("ZREM", scheduled, id)
  else
    change("ZREM", finals[r.state], id)
    if r.state == DEAD then leave_deaths(id) end
  end
end

-- A start deadline holds until the first lease or the end, whatever comes before.
local function drop_start_deadline(id, r)
  if has(r, STARTS) then
    change("ZREM", starts, id)
    r.details = r.details - STARTS
  end
end

-- A task that is about to wait again.
local function mark_run(id, r)
  if (r.run or r.token > 0) and string.byte(r.raw, STATE_AT) ~= RAN then
    r.raw = string.sub(r.raw, 1, STATE_AT - 1) .. string.char(RAN) .. string.sub(r.raw, STATE_AT + 1)
    change("HSET", tasks, id, r.raw)
  end
end

local function to_ready(id, r)
  local before = r.state
  if before == LEASED then set_due(r, now_ms) end
  leave(id, r)
  if before ~= SCHEDULED then count_waiting(id, r, "ZADD") end
  mark_run(id, r)
  r.state = READY
  take_turn(id, r, before == DEAD or (before == SCHEDULED and r.token == 0))
  save(id, r)
end

local function to_scheduled(id, r, due)
  leave(id, r)
  count_waiting(id, r, "ZADD")
  mark_run(id, r)
  r.state = SCHEDULED
  set_due(r, due)
  change("ZADD", scheduled, text_of(due), id)
  save(id, r)
end

-- Ends a task; of one that dies, for how long it is kept at least, and its failure.
local function to_final(id, r, state, retention, failure)
  leave(id, r)
  if r.state ~= LEASED then count_waiting(id, r, "ZREM") end
  drop_start_deadline(id, r)
  r.state, r.finished = state, now_ms
  if state ~= DEAD or not flow_of_queue().holds_on_dead then leave_head(id, r) end
  if state == DEAD then
    r.result = struct.pack("<I5", retention)
    change("ZADD", deaths_key(), 0, death_of(id, failure))
  end
  if state == SUCCEEDED then
    local ids = succeeding(purge_of(r))
    ids[#ids + 1] = id
  else
    change("ZADD", finals[state], text_of(purge_of(r)), id)
  end
  save(id, r)
  r.details = r.details - bit.band(r.details, WATCHED)
end
