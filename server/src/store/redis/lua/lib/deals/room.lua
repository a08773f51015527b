-- How many tasks the queue's own settings let go, and what holds the others back. Needs lib/deals/rates.lua,
-- lib/flow/lanes.lua and lib/deals/visits.lua.
--@each call
-- Of the queue: how many the concurrency limit and the rate let go, at the beginning of the call; its TAT then.
local concurrency_room, rate_room, queue_tat = math.huge, math.huge, 0
--@end
-- What of a reply's says: nothing is held back, or only an event lets some go.
local NOT_HELD, BY_EVENT = "", "-"

-- How many tasks may be leased now, of so many.
local function queue_room(wanted)
  local q = flow_of_queue()
  if q.is_paused or q.held_until > now_ms then return 0 end
  if q.concurrency > 0 then concurrency_room = math.max(q.concurrency - leased_of_queue(), 0) end
  if q.interval > 0 then
    queue_tat = settle_tat(q.interval, q.burst, tat_from(redis.call("ZSCORE", tats, OF_QUEUE)), OF_QUEUE)
    rate_room = tokens_of(q.interval, q.burst, queue_tat)
  end
  return math.min(wanted, concurrency_room, rate_room)
end

local function spend_tokens(count)
  local q = flow_of_queue()
  if q.interval > 0 and count > 0 then
    queue_tat = tat_after(q.interval, queue_tat, count)
    redis.call("ZADD", tats, text_of_tat(queue_tat), OF_QUEUE)
  end
end

-- How long until time lets a parked key in; whether only an event does, or none is parked.
local function parked_for()
  if not flow_of_queue().has_parked then return NOT_HELD end
  local due = tonumber(redis.call("ZRANGE", parked_until, 0, 0, "WITHSCORES")[2])
  if due then return text_of(math.max(due - now_ms, 0)) end
  if redis.call("EXISTS", parked) == 1 then return BY_EVENT end
  redis.call("HDEL", flow, "p")
  return NOT_HELD
end

-- What holds tasks back once so many were leased, where there are others that the session might have.
local function held_back(leased, has_others)
  local q = flow_of_queue()
  if has_others then
    if q.is_paused then return BY_EVENT end
    if q.held_until > now_ms then return text_of(q.held_until - now_ms) end
    if leased >= concurrency_room then
      redis.call("HSET", flow, "w", 1)
      return BY_EVENT
    end
    if leased >= rate_room then
      local due = next_token_at(q.interval, q.burst, queue_tat)
      redis.call("HSET", flow, "t", text_of(due))
      return text_of(math.max(due - now_ms, 0))
    end
    -- The next call looks at the keys behind those that this one parked.
    if visits >= MAX_VISITS then return "0" end
  end
  return parked_for()
end
