-- What passes of itself, or is let go by other settings: a slice a sweep and a lease call. Needs lib/deals/rates.lua.
local SLICE, MOST_DROPPED = 500, 1000

-- Lets in the keys that time lets go. Returns how many.
local function let_in_due(limit)
  local due = redis.call("ZRANGEBYSCORE", parked_until, "-inf", now_ms, "LIMIT", 0, limit)
  for _, digest in ipairs(due) do let_in(digest) end
  return #due
end

-- Forgets of a sorted set what has a score or less, a bounded number at once. Returns whether there is more.
local function drop_up_to(key, score)
  local count = redis.call("ZCOUNT", key, "-inf", score)
  if count > 0 then redis.call("ZREMRANGEBYRANK", key, 0, math.min(count, MOST_DROPPED) - 1) end
  return count > MOST_DROPPED
end

-- Lets parked keys in; where dead tasks hold nobody any more, then those behind them. Returns where to go on, nil at
-- the end.
local function pass_over(cursor)
  local is_heads = string.sub(cursor, 1, 1) == "h"
  local slice = redis.call("HSCAN", is_heads and order_heads or parked, string.match(cursor, "%d+"), "COUNT", SLICE)
  local ids = {}
  for i = 1, #slice[2], 2 do
    if is_heads then ids[#ids + 1] = slice[2][i + 1] else let_in(slice[2][i]) end
  end
  for id, r in pairs(load_records(ids)) do
    if r.state == DEAD then leave_head(id, r) end
  end
  if slice[1] ~= "0" then return (is_heads and "h" or "") .. slice[1] end
  if not is_heads and not flow_of_queue().holds_on_dead then return "h0" end
end

-- Goes on with the pass. Returns whether there is more of it.
local function go_on_passing(cursor)
  local rest = pass_over(cursor)
  if rest then redis.call("HSET", flow, "r", rest) else redis.call("HDEL", flow, "r") end
  return rest ~= nil
end

-- Lets in the keys that time or other settings let go by now, whether or not the queue has room: what is in line then
-- is held back by the queue alone.
local function let_go()
  local q = flow_of_queue()
  local count = q.has_parked and let_in_due(SLICE) or 0
  if q.pass then go_on_passing(q.pass) end
  if count > 0 or q.pass then apply() end
end

-- Has a time that has come forgotten, and who waits for it told. Returns when it comes, math.huge for never.
local function look_at_time(field, due)
  if not due then return math.huge end
  if tonumber(due) > now_ms then return tonumber(due) end
  redis.call("HDEL", flow, field)
  hint_ready = true
  return math.huge
end

-- Returns when more is due, math.huge for never.
local function sweep_flow()
  if redis.call("EXISTS", flow, tats, holds, parked_until) == 0 then return math.huge end
  local is_more = drop_up_to(tats, text_of_tat(now_ms - TATS_FROM_MS))
  is_more = drop_up_to(holds, now_ms) or is_more
  if let_in_due(SLICE) > 0 then apply() end
  local found = redis.call("HMGET", flow, "h", "t", "r")
  local due = math.min(look_at_time("h", found[1]), look_at_time("t", found[2]))
  if found[3] then is_more = go_on_passing(found[3]) or is_more end
  if is_more then return now_ms end
  return math.min(due, tonumber(redis.call("ZRANGE", parked_until, 0, 0, "WITHSCORES")[2] or math.huge))
end
