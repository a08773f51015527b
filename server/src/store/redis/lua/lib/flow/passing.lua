-- What passes of itself, or is let go by other settings: a slice a sweep. Needs lib/flow/rates.lua.
local SLICE = 500

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

-- Returns whether more is left to be done.
local function sweep_flow()
  if redis.call("EXISTS", flow, tats, holds) == 0 then return false end
  drop_passed_tats()
  drop_passed(holds, now_ms)
  local found = redis.call("HMGET", flow, "h", "r")
  if found[1] and tonumber(found[1]) <= now_ms then redis.call("HDEL", flow, "h") end
  if not found[2] then return false end
  local cursor = pass_over(found[2])
  if cursor then redis.call("HSET", flow, "r", cursor) else redis.call("HDEL", flow, "r") end
  return cursor ~= nil
end
