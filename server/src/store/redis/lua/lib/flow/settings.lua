-- How the queue flows now.
--@include lib/queue.lua
--@include lib/settings.lua
-- The TATs are kept from here on, so that fractions of a millisecond stay exact beside them.
local TATS_FROM_MS = 1735689600000
-- They are whole numbers of these parts of a ms, which are exact since 2026: a short sorted set of Redis keeps any other
-- number as text, and reads all of them again for each that is put among them.
local TAT_PARTS = 2 ^ 17
-- What stands for a concurrency key (flow-digest.ts), and in its place for the queue.
local DIGEST_BYTES = 16
local OF_QUEUE = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
--@each call
local queue_flow = nil
--@end

-- How many tasks of the queue are LEASED.
local function leased_of_queue()
  local count = 0
  for _, session in ipairs(redis.call("ZRANGE", sessions, 0, "+inf", "BYSCORE")) do
    count = count + redis.call("SCARD", held_key(session))
  end
  return count
end

-- Returns the queue's settings, and: until when a worker holds it, whether a lease left tasks for its concurrency
-- limit, whether keys may be parked, and the cursor of the pass that lets go what other settings held; false for none.
local function flow_of_queue()
  if not queue_flow then
    local found = redis.call("HMGET", flow, "s", "h", "w", "p", "r")
    local q = unpack_settings(found[1])
    q.is_paused, q.is_by_time, q.holds_on_dead = q.flags % 2 == 1, q.flags % 4 >= 2, q.flags % 8 >= 4
    q.has_set_keys, q.held_until = q.flags >= 8, tonumber(found[2] or 0)
    q.is_waited_for, q.has_parked = found[3] ~= false, found[4] ~= false
    q.pass = found[5]
    queue_flow = q
  end
  return queue_flow
end
