-- Leases from the lanes of a kind. Needs lib/deals/heap.lua and lib/takes.lua.

-- Returns the ids of the tasks that are dealt, in turn.
local function ids_of_dealt(dealt)
  local ids = {}
  for i, lane in ipairs(dealt) do
    if not lane.ids then
      lane.ids, lane.next_id = redis.call("ZRANGE", lane.key, 0, lane.got - 1), 0
      lane.leased, lane.gone = 0, 0
    end
    lane.next_id = lane.next_id + 1
    ids[i] = lane.ids[lane.next_id]
  end
  return ids
end

-- Has the tasks that were looked at leave their lanes, and counts those that are LEASED now.
local function leave_lanes(kind, dealt, ids, looked_at, granted_before)
  local counted, ended = new_command("ZADD", members), new_command("ZREM", members)
  local left, at = new_command("ZREM", keyed), granted_before + 1
  for i = 1, looked_at do
    local lane, id = dealt[i], ids[i]
    local is_leased = granted_ids[at] == id
    lane.gone = lane.gone + 1
    if is_leased then lane.leased, at = lane.leased + 1, at + 1 end
    if lane.digest ~= "" then
      left[#left + 1] = id
      if is_leased or unreadable[id] then ended[#ended + 1] = "W" .. lane.digest .. id end
      if is_leased then counted[#counted + 1], counted[#counted + 2] = 0, "L" .. lane.digest .. id end
    end
  end
  for _, lane in ipairs(dealt) do
    if lane.gone > 0 then
      redis.call("ZREMRANGEBYRANK", lane.key, 0, lane.gone - 1)
      put_back(kind, lane)
      lane.gone = 0
    end
  end
end

-- Has the plain line among the lanes, where it has tasks.
local function enter_plain_line(kind)
  local index = eligible_key(kind)
  if redis.call("EXISTS", ready_key(kind)) == 0 or redis.call("ZSCORE", index, "") then return end
  local tag = tonumber(redis.call("ZSCORE", tags_key(kind), "") or 0)
  redis.call("ZADD", index, math.max(tag, virtual_time(kind)), "")
end

-- Leases so many tasks of a kind, dealing them to its lanes.
local function lease_lanes(kind, wanted)
  if redis.call("EXISTS", eligible_key(kind)) == 0 then
    redis.call("SREM", types, "#" .. kind)
    return lease_lines({kind}, wanted)
  end
  enter_plain_line(kind)
  local goal = total + wanted
  while total < goal and not is_full do
    local lanes, bound = find_lanes(kind, goal - total)
    local dealt = deal(lanes, goal - total, bound)
    if #dealt == 0 then break end
    local ids, before = ids_of_dealt(dealt), total
    leave_lanes(kind, dealt, ids, take_in_turn(ids), before)
    apply()
  end
  drop_up_to(tags_key(kind), virtual_time(kind))
  close_index(kind)
end
