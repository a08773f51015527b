#!lua flags=no-writes
-- Reads all that may hold a task back.
-- ARGV[5] id
-- RETURNS {"ok", ""} where there is no such task; else {"ok", "", record, paused, held, limit, leased, holders,
--   next token, keys ahead, ahead in key, key, order}; key: {} or {paused, weight, limit, leased, holders, next token,
--   held}; order: {} or {head, state, ahead}; paused: 1 or 0; held, next token: in ms, -1 for not; limit: 0 for none;
--   holders: up to ten ids, end to end
-- GUARANTEES none
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/terms.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/flow/settings.lua
--@include lib/flow/tags.lua
--@include lib/flow/lanes.lua
--@include lib/deals/rates.lua
--@include lib/flow/blocks.lua

local NAMED = 10
local id = ARGV[5]
local r = load_records({id})[id]
if not r then return {"ok", ""} end
local q, key, order = flow_of_queue(), keys_of(r)
local kind, is_ready = line_kind_of(r), r.state == READY

local function number_of(is_so)
  return is_so and 1 or 0
end

local function holders_of_queue()
  local ids = {}
  for _, session in ipairs(redis.call("ZRANGE", sessions, 0, "+inf", "BYSCORE")) do
    for _, held in ipairs(redis.call("SRANDMEMBER", held_key(session), NAMED - #ids)) do ids[#ids + 1] = held end
    if #ids == NAMED then break end
  end
  return table.concat(ids)
end

local function of_key()
  if not key then return {} end
  local b = block_of_key(key, own_of(key))
  local holders = table.concat(some_members("L", key, NAMED))
  return {number_of(b.is_paused), b.weight, b.limit, b.leased, holders, b.token, b.held}
end

local function of_order()
  local head = is_ready and order and redis.call("HGET", order_heads, order)
  if not head or head == id then return {} end
  local first = load_records({head})[head]
  return {head, first and first.state or DEAD, redis.call("ZRANK", stem .. "o:" .. order, id) or 0}
end

local function ahead_in_key()
  local line = key and lane_key(kind, key) or ready_key(kind)
  return redis.call("ZRANK", line, id) or redis.call("ZCOUNT", line, "-inf", "(" .. string.format("%.0f", score_of(r)))
end

return {
  "ok", "", r.raw, number_of(q.is_paused), time_left(q.held_until), q.concurrency, leased_of_queue(),
  holders_of_queue(), token_in(q.interval, q.burst, OF_QUEUE),
  is_ready and redis.call("ZRANK", eligible_key(kind), key or "") or 0, is_ready and ahead_in_key() or 0, of_key(),
  of_order(),
}
