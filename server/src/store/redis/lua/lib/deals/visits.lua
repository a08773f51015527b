-- Looks for lanes that have tasks and room, the smallest tags first, and parks those without. Needs
-- lib/flow/rates.lua, lib/flow/lanes.lua and lib/candidates.lua.
local MAX_VISITS, STRIDE = 300, 1000
--@each call
local visits, did_park = 0, false
--@end

-- Parks a key whose lane has tasks and no room: until a time, or until an event where there is none.
local function park(kind, digest, tag, due)
  local kinds = redis.call("HGET", parked, digest)
  redis.call("ZREM", eligible_key(kind), digest)
  redis.call("ZADD", tags_key(kind), tag, digest)
  if not kinds then
    redis.call("HSET", parked, digest, kind)
  elseif not is_among(kind, kinds) then
    redis.call("HSET", parked, digest, kinds .. " " .. kind)
  end
  if due then redis.call("ZADD", parked_until, due, digest) else redis.call("ZREM", parked_until, digest) end
  if not did_park then redis.call("HSET", flow, "p", 1) end
  did_park = true
end

-- Until when a lane without room is parked; nil where only an event gives it room.
local function due_of_lane(lane, leased)
  if lane.is_paused or leased >= lane.concurrency_room then return nil end
  local due = lane.held_until
  if leased >= lane.tokens then
    due = math.max(due, next_token_at(lane.interval, lane.burst, tat_after(lane.interval, lane.tat, leased)))
  end
  return due
end

local function keyed_lane(kind, digest, tag, own, tat, held)
  local is_paused, weight, concurrency, interval, burst = unpack_key(own, flow_of_queue())
  local lane = {
    digest = digest, tag = tag, weight = weight, key = lane_key(kind, digest), is_paused = is_paused,
    concurrency_room = math.huge, tokens = math.huge, interval = interval, burst = burst, tat = tat,
    held_until = held,
  }
  if concurrency > 0 then lane.concurrency_room = math.max(concurrency - members_of("L", digest), 0) end
  if interval > 0 then lane.tokens = tokens_of(interval, burst, tat) end
  local is_shut = is_paused or held > now_ms
  lane.limit = is_shut and 0 or math.min(lane.concurrency_room, lane.tokens)
  return lane
end

-- Looks at a page of lanes; appends those that have tasks and room.
local function look_at_lanes(kind, page, lanes)
  local q, digests = flow_of_queue(), {}
  for i = 1, #page, 2 do digests[#digests + 1] = page[i] end
  local own = q.has_set_keys and load_packed(flow, digests) or {}
  local tat = (q.key_interval > 0 or q.has_set_keys) and redis.call("ZMSCORE", tats, unpack(digests)) or {}
  local held = redis.call("ZMSCORE", holds, unpack(digests))
  for i, digest in ipairs(digests) do
    local tag, lane = tonumber(page[2 * i]), nil
    if digest == "" then
      lane = {digest = "", tag = tag, weight = q.plain_weight, key = ready_key(kind), limit = math.huge}
    else
      lane = keyed_lane(kind, digest, tag, own[i], tonumber(tat[i] or 0), tonumber(held[i] or 0))
    end
    lane.size = redis.call("ZCARD", lane.key)
    if lane.size == 0 then
      redis.call("ZREM", eligible_key(kind), digest)
      redis.call("ZADD", tags_key(kind), tag, digest)
    elseif lane.limit <= 0 then
      park(kind, digest, tag, due_of_lane(lane, 0))
    else
      lanes[#lanes + 1] = lane
    end
  end
end
