-- What the indexes of keys and order ought to have of a task.
--@include lib/apply.lua

-- Whether it is counted among the tasks of its concurrency key.
local function is_counted(id, r)
  local key = keys_of(r)
  if not key or r.state > LEASED then return true end
  return redis.call("ZSCORE", members, (r.state == LEASED and "L" or "W") .. key .. id)
end

-- Whether a lane's tasks will be leased: it is eligible, or its key is parked.
local function is_open(kind, digest)
  if redis.call("ZSCORE", eligible_key(kind), digest) then return redis.call("SISMEMBER", types, "#" .. kind) == 1 end
  local kinds = redis.call("HGET", parked, digest)
  return kinds and is_among(kind, kinds)
end

-- Whether a task that holds others has begun, or waits where it is to wait.
local function has_turn(id, r)
  local key, order = keys_of(r)
  local head = order and redis.call("HGET", order_heads, order)
  if r.state ~= READY then return not order or head or r.state > LEASED or not r.run end
  if order and head ~= id then
    return head and redis.call("ZSCORE", behind_key(order), id) and redis.call("ZSCORE", behind, id)
  end
  local kind = line_kind_of(r)
  if not key or kind == DAMAGED then return redis.call("ZSCORE", ready_key(kind), id) end
  return redis.call("ZSCORE", lane_key(kind, key), id) and redis.call("ZSCORE", keyed, id) and is_open(kind, key)
end

local function mend_turn(id, r)
  local key, order = keys_of(r)
  if r.state > LEASED then return end
  if key then change("ZADD", members, 0, (r.state == LEASED and "L" or "W") .. key .. id) end
  if r.state ~= READY then
    if order and r.run then redis.call("HSETNX", order_heads, order, id) end
  elseif order and redis.call("HGET", order_heads, order) ~= id then
    -- Where the head is lost, the first of those behind it is next.
    wait_behind(id, r, order)
    if redis.call("HEXISTS", order_heads, order) == 0 then headless[order] = true end
  else
    enter_line(id, r)
    local kind = line_kind_of(r)
    if key and redis.call("ZSCORE", eligible_key(kind), key) then redis.call("SADD", types, "#" .. kind) end
  end
end
