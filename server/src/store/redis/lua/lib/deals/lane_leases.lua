-- Leases from the lanes of a kind. Needs lib/deals/heap.lua, lib/deals/places.lua and lib/takes.lua.

-- Takes the tasks that are dealt out of their lanes. Returns their ids in turn, and of each its lane and score.
local function pop_dealt(kind, lanes, dealt)
  local got, popped, at = {}, {}, {}
  local ids, lane_of_id, scores = {}, {}, {}
  for _, lane in ipairs(dealt) do got[lane] = (got[lane] or 0) + 1 end
  for _, lane in ipairs(dealt) do
    if not popped[lane] then
      popped[lane], at[lane] = redis.call("ZPOPMIN", key_of_lane(kind, lanes.digests[lane]), got[lane]), 1
    end
    local tasks_of, next_at = popped[lane], at[lane]
    if tasks_of[next_at] then
      local to = #ids + 1
      ids[to], scores[to], lane_of_id[to], at[lane] = tasks_of[next_at], tasks_of[next_at + 1], lane, next_at + 2
    end
  end
  return ids, lane_of_id, scores, got
end

-- Has those that were looked at counted no more as waiting, and those that are LEASED counted. Returns how many of each
-- lane these are.
local function count_leased(lanes, ids, lane_of_id, looked_at, granted_before)
  local counted, waited = new_command("ZADD", members), new_command("ZREM", members)
  local left, at, leased = new_command("ZREM", keyed), granted_before + 1, {}
  for i = 1, looked_at do
    local id, lane = ids[i], lane_of_id[i]
    local digest, is_leased = lanes.digests[lane], granted_ids[at] == id
    if is_leased then leased[lane], at = (leased[lane] or 0) + 1, at + 1 end
    if digest ~= "" then
      left[#left + 1] = id
      if is_leased or unreadable[id] then waited[#waited + 1] = "W" .. digest .. id end
      if is_leased then
        local to = #counted + 1
        counted[to], counted[to + 1] = "0", "L" .. digest .. id
      end
    end
  end
  return leased
end

-- Leases so many tasks of a kind, dealing them to its lanes.
local function lease_lanes(kind, wanted)
  if redis.call("EXISTS", eligible_key(kind), parked_tags_key(kind)) == 0 then
    redis.call("SREM", types, "#" .. kind)
    return lease_lines({kind}, wanted)
  end
  enter_plain_line(kind)
  local goal = total + wanted
  while total < goal and not is_full do
    local lanes, bound = find_lanes(kind, goal - total)
    local dealt = deal(lanes, goal - total, bound)
    if #dealt == 0 then break end
    local ids, lane_of_id, scores, got = pop_dealt(kind, lanes, dealt)
    local before, looked_at = total, take_in_turn(ids)
    for i = looked_at + 1, #ids do
      redis.call("ZADD", key_of_lane(kind, lanes.digests[lane_of_id[i]]), scores[i], ids[i])
    end
    put_back(kind, lanes, got, count_leased(lanes, ids, lane_of_id, looked_at, before))
    apply()
  end
  -- But for the virtual time itself.
  drop_up_to(tags_key(kind), "(" .. text_of_tag(virtual_time(kind)))
  close_index(kind)
end
