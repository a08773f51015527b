-- The generic cell rate algorithm: what domain/flow/gcra.ts says, to the bit. TATs are in ms since TATS_FROM_MS. Needs
-- lib/flow/settings.lua.
-- Of a TAT, and in tokens.
local EPSILON, ROUNDINGS, MOST_ROUNDING = 2 ^ -52, 2 ^ -50, 1e-3

local function tokens_at(now, interval, burst, tat)
  local rounding = math.min(math.abs(tat * ROUNDINGS) / interval, MOST_ROUNDING)
  local left = math.floor((now - math.max(tat, now)) / interval + burst + rounding)
  return math.max(0, math.min(burst, left))
end

-- How many may be granted now.
local function tokens_of(interval, burst, tat)
  return tokens_at(now_ms - TATS_FROM_MS, interval, burst, tat)
end

local function tat_after(interval, tat, count)
  local from, cost = math.max(tat, now_ms - TATS_FROM_MS), count * interval
  local after = from + cost
  return after - from < cost and after + after * EPSILON or after
end

-- A TAT as it counts at the rate as it is now. No rate leaves one that is further off: another did, that was slower.
local function tat_at(interval, burst, tat)
  local furthest = now_ms - TATS_FROM_MS + burst * interval
  local rounding = math.max(MOST_ROUNDING * interval, math.abs(tat * ROUNDINGS))
  return tat > furthest + rounding and furthest or tat
end

local function text_of_tat(tat)
  return string.format("%.0f", tat * TAT_PARTS)
end

local function tat_from(score)
  return score and tonumber(score) / TAT_PARTS or 0
end

-- The TAT of the queue or a key as it counts now; nil without a rate.
local function tat_of(interval, burst, digest)
  if interval > 0 then return tat_at(interval, burst, tat_from(redis.call("ZSCORE", tats, digest))) end
end

-- Returns a TAT as it counts now, and keeps that: each look would put it off otherwise.
local function settle_tat(interval, burst, tat, digest)
  local now = tat_at(interval, burst, tat)
  if now < tat then redis.call("ZADD", tats, text_of_tat(now), digest) end
  return now
end

-- The first whole ms at which one may be granted.
local function next_token_at(interval, burst, tat)
  local about = math.ceil(tat - (burst - 1) * interval)
  for at = about - 1, about do
    if tokens_at(at, interval, burst, tat) > 0 then return at + TATS_FROM_MS end
  end
  return about + 1 + TATS_FROM_MS
end
