-- The generic cell rate algorithm, as domain/flow/gcra.ts has it. TATs are in ms since TATS_FROM_MS. Needs
-- lib/flow/settings.lua.
local MOST_DROPPED = 1000

-- How many may be granted now.
local function tokens_of(interval, burst, tat)
  local now = now_ms - TATS_FROM_MS
  -- TATs are sums of fractions of a millisecond.
  local left = math.floor((now - math.max(tat, now)) / interval + burst + 1e-6)
  return math.max(0, math.min(burst, left))
end

local function tat_after(interval, tat, count)
  return math.max(tat, now_ms - TATS_FROM_MS) + count * interval
end

-- A TAT as it counts at the rate as it is now. No rate leaves one that is further off: another did, that was slower.
local function tat_at(interval, burst, tat)
  local furthest = now_ms - TATS_FROM_MS + burst * interval
  -- Sums of fractions exceed it by less.
  return tat > furthest + interval * 1e-3 and furthest or tat
end

-- Returns the TAT of the queue or a key as it counts now, and keeps that: each look would put it off otherwise.
local function settle_tat(interval, burst, tat, digest)
  local now = tat_at(interval, burst, tat)
  if now < tat then redis.call("ZADD", tats, string.format("%.17g", now), digest) end
  return now
end

-- By when the next may be granted.
local function next_token_at(interval, burst, tat)
  return math.ceil(tat - (burst - 1) * interval - 1e-6) + TATS_FROM_MS
end

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

local function drop_passed_tats()
  return drop_up_to(tats, now_ms - TATS_FROM_MS)
end
