-- Looks for lanes that have room, the smallest tags first, and parks those without. Needs lib/deals/rates.lua,
-- lib/flow/lanes.lua and lib/candidates.lua.
local MAX_VISITS = 300
--@each call
local visits, has_holds = 0, nil
--@end

-- Parks a key whose lane has tasks and no room: until a time, or until an event where there is none.
local function park(kind, digest, tag, due)
  local q, kinds = flow_of_queue(), redis.call("HGET", parked, digest)
  redis.call("ZREM", eligible_key(kind), digest)
  redis.call("ZADD", parked_tags_key(kind), tag, digest)
  if not kinds then
    redis.call("HSET", parked, digest, kind)
  elseif not is_among(kind, kinds) then
    redis.call("HSET", parked, digest, kinds .. " " .. kind)
  end
  if due then redis.call("ZADD", parked_until, due, digest) else redis.call("ZREM", parked_until, digest) end
  if not q.has_parked then redis.call("HSET", flow, "p", 1) end
  q.has_parked = true
end

-- Until when a lane without room is parked; nil where only an event gives it room.
local function due_of_lane(limits, leased)
  if limits.is_paused or leased >= limits.concurrency_room then return nil end
  if leased < limits.tokens then return limits.held_until end
  local tat = tat_after(limits.interval, limits.tat, leased)
  return math.max(limits.held_until, next_token_at(limits.interval, limits.burst, tat))
end

-- Returns the weight of a key, and what limits it; how many may be leased now is the limit.
local function limits_of_key(digest, own, tat, held)
  local is_paused, weight, concurrency, interval, burst = unpack_key(own, flow_of_queue())
  if interval > 0 then tat = settle_tat(interval, burst, tat, digest) end
  local limits = {
    is_paused = is_paused, concurrency_room = math.huge, tokens = math.huge, interval = interval, burst = burst,
    tat = tat, held_until = held,
  }
  if concurrency > 0 then limits.concurrency_room = math.max(concurrency - members_of("L", digest), 0) end
  if interval > 0 then limits.tokens = tokens_of(interval, burst, tat) end
  local is_shut = is_paused or held > now_ms
  limits.room = is_shut and 0 or math.min(limits.concurrency_room, limits.tokens)
  return weight, limits
end

-- Appends a lane to those that are dealt to.
local function append_lane(lanes, digest, tag, weight, limits)
  local at = #lanes.digests + 1
  lanes.digests[at], lanes.tags[at], lanes.strides[at], lanes.limits[at] = digest, tag, stride_of(weight), limits
end

-- Looks at a page of lanes; appends those that have room. Returns how many have none.
local function look_at_lanes(kind, page, lanes)
  local q, digests, without = flow_of_queue(), {}, 0
  if has_holds == nil then has_holds = redis.call("EXISTS", holds) == 1 end
  local has_limits = has_holds or q.has_set_keys or q.key_concurrency > 0 or q.key_interval > 0
  for i = 1, #page, 2 do digests[#digests + 1] = page[i] end
  local own = has_limits and q.has_set_keys and load_packed(flow, digests) or {}
  local tat = has_limits and redis.call("ZMSCORE", tats, unpack(digests)) or {}
  local held = has_holds and redis.call("ZMSCORE", holds, unpack(digests)) or {}
  for i, digest in ipairs(digests) do
    local tag, weight, limits = tonumber(page[2 * i]), q.key_weight, false
    if digest == "" then
      weight = q.plain_weight
    elseif has_limits then
      weight, limits = limits_of_key(digest, own[i], tat_from(tat[i]), tonumber(held[i] or 0))
    end
    if limits and limits.room <= 0 then
      park(kind, digest, tag, due_of_lane(limits, 0))
      without = without + 1
    else
      append_lane(lanes, digest, tag, weight, limits)
    end
  end
  return without
end
