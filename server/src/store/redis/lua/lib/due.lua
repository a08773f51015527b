-- What time does to tasks that wait. Needs lib/transitions.lua.

local function is_overdue(r)
  if not has(r, STARTS) then return false end
  local _, _, start = rare_terms(r.raw, FLAGS_AT)
  return submitted_of(r) + r.wait + start <= now_ms
end

-- Whether a task is READY or due, of whichever type.
local function has_leasable()
  for _, kind in ipairs(redis.call("SMEMBERS", types)) do
    -- The first of the two where it begins with a "#".
    if redis.call("EXISTS", eligible_key(string.sub(kind, 2)), ready_key(kind)) > 0 then return true end
  end
  if redis.call("EXISTS", parked, behind) > 0 then return true end
  return #redis.call("ZRANGEBYSCORE", scheduled, "-inf", now_ms, "LIMIT", 0, 1) > 0
end

-- Ends tasks whose start deadline passed. Returns how many.
local function expire(limit)
  local ids = redis.call("ZRANGEBYSCORE", starts, "-inf", now_ms, "LIMIT", 0, limit)
  if #ids == 0 then return 0 end
  local records, expired = load_records(ids), 0
  for _, id in ipairs(ids) do
    local r = records[id]
    if r and (r.state == SCHEDULED or r.state == READY) and is_overdue(r) then
      to_final(id, r, EXPIRED)
      expired = expired + 1
    else
      change("ZREM", starts, id)
    end
  end
  apply()
  return expired
end

-- Those of an ordering key that are due in the same millisecond go in the order of their submits.
local function sort_by_place(ids, records)
  local is_any_ordered = false
  for _, r in pairs(records) do
    local _, order = keys_of(r)
    is_any_ordered = is_any_ordered or order
  end
  if not is_any_ordered then return end
  local places = {}
  for _, id in ipairs(ids) do places[id] = records[id] and score_of(records[id]) % BAND or 0 end
  table.sort(ids, function(a, b) return places[a] < places[b] or (places[a] == places[b] and a < b) end)
end

-- Makes due tasks READY. Returns how many.
local function promote(limit)
  local ids = redis.call("ZRANGEBYSCORE", scheduled, "-inf", now_ms, "LIMIT", 0, limit)
  if #ids == 0 then return 0 end
  local records, promoted = load_records(ids), 0
  sort_by_place(ids, records)
  for _, id in ipairs(ids) do
    local r = records[id]
    if not r or r.state ~= SCHEDULED then
      change("ZREM", scheduled, id)
      if r and r.state == READY then
        -- It was put off while it was damaged.
        count_waiting(id, r, "ZADD")
        take_turn(id, r)
      elseif unreadable[id] then
        -- A lease names it and puts it off again; behind all that can be read.
        add_ready(id, DAMAGED, "9e15")
      end
    elseif not is_overdue(r) then
      to_ready(id, r)
      promoted = promoted + 1
    end
  end
  apply()
  return promoted
end
