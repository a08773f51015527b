-- Where a READY task waits: in its lane, in the plain line of its type, or behind the head of its ordering key.
-- Needs lib/flow/lanes.lua and lib/indexes.lua.
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

local function wait_behind(id, r, order)
  redis.call("ZADD", behind_key(order), score_of(r) % BAND, id)
  change("ZADD", behind, score_of(r), id)
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

-- Has the head of an ordering key wait behind a task that was due before it, where neither has begun. Returns whether.
local function has_yielded(r, order, head)
  local raw = redis.call("HGET", tasks, head)
  if not raw or not is_sound(raw) or string.byte(raw, STATE_AT) ~= READY then return false end
  if redis.call("HEXISTS", runs, head) == 1 then return false end
  local other = read_record(head, raw, false)
  if score_of(other) % BAND <= score_of(r) % BAND then return false end
  leave_turn(head, other)
  wait_behind(head, other, order)
  return true
end

-- Has a READY task in line, as the head of its ordering key, or behind the head.
local function take_turn(id, r, is_first)
  local _, order = keys_of(r)
  if order and redis.call("HSETNX", order_heads, order, id) == 0 then
    local head = redis.call("HGET", order_heads, order)
    if head ~= id and not (is_first and has_yielded(r, order, head)) then return wait_behind(id, r, order) end
    redis.call("HSET", order_heads, order, id)
  end
  enter_line(id, r)
end
