-- Where a READY task waits: in its lane, in the plain line of its type, or behind the head of its ordering key.
-- Needs lib/flow/lanes.lua and lib/indexes.lua.
--@each call
-- Ordering keys whose head is no more.
local headless = {}
--@end

local function behind_key(order)
  return stem .. "o:" .. order
end

local function enter_line(id, r)
  local key, kind = keys_of(r), line_kind_of(r)
  if key and kind ~= DAMAGED then
    add_to_lane(id, kind, key, score_of(r))
  else
    add_ready(id, kind, score_of(r))
  end
end

-- Has a READY task in line, as the head of its ordering key, or behind the head.
local function take_turn(id, r)
  local _, order = keys_of(r)
  if order and redis.call("HSETNX", order_heads, order, id) == 0
    and redis.call("HGET", order_heads, order) ~= id then
    redis.call("ZADD", behind_key(order), score_of(r) % BAND, id)
    change("ZADD", behind, score_of(r), id)
  else
    enter_line(id, r)
  end
end

-- Takes a READY task from where it waits, otherwise than by a lease.
local function leave_turn(id, r)
  local key, order = keys_of(r)
  local kind = line_kind_of(r)
  if order and redis.call("HGET", order_heads, order) ~= id then
    redis.call("ZREM", behind_key(order), id)
    change("ZREM", behind, id)
  elseif key and kind ~= DAMAGED then
    take_from_lane(id, kind, key)
  else
    change("ZREM", ready_key(kind), id)
  end
end

-- Lets the next of an ordering key in, where a task is its head.
local function leave_head(id, r)
  local _, order = keys_of(r)
  if order and redis.call("HGET", order_heads, order) == id then headless[order] = true end
end

local function fill_heads()
  while next(headless) do
    local ids, order_at = {}, {}
    for order in pairs(headless) do
      local id = redis.call("ZPOPMIN", behind_key(order))[1]
      if id then
        ids[#ids + 1], order_at[id] = id, order
        change("ZREM", behind, id)
      else
        redis.call("HDEL", order_heads, order)
      end
    end
    headless = {}
    for id, order in pairs(order_at) do headless[order] = true end
    local records = load_records(ids)
    for _, id in ipairs(ids) do
      local r = records[id]
      if r and r.state == READY then
        redis.call("HSET", order_heads, order_at[id], id)
        headless[order_at[id]] = nil
        enter_line(id, r)
      elseif unreadable[id] then
        put_off(id)
      end
    end
  end
end
