-- Who is next of an ordering key. Needs lib/flow/turns.lua.
--@each call
-- Ordering keys whose head is no more.
local headless = {}
--@end

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
