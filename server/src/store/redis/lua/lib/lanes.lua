-- How lanes become eligible again. Needs lib/changes.lua.

local function lane_key(digest, kind)
  return stem .. "l:" .. digest .. kind
end

-- Enters a lane that has tasks among the eligible ones of its kind, behind those that are next: what it was
-- behind when it left still counts. With the first one the plain line takes its place among them.
local function enter_lane(digest, kind)
  local eligible, idle = stem .. "v:" .. kind, stem .. "i:" .. kind
  local first = redis.call("ZRANGE", eligible, 0, 0, "WITHSCORES")
  local least = tonumber(first[2] or 0)
  if not first[1] then
    redis.call("SADD", types, "#" .. kind)
    if redis.call("EXISTS", ready_key(kind)) == 1 then redis.call("ZADD", eligible, least, "") end
  end
  local tag = math.max(least, tonumber(redis.call("ZSCORE", idle, digest) or 0))
  redis.call("ZADD", eligible, string.format("%.17g", tag), digest)
  redis.call("ZREM", idle, digest)
end

-- Lets a key in that is parked. Whether it has room the next lease call sees.
local function let_in(digest)
  local kinds = redis.call("HGET", parked, digest)
  if not kinds then return end
  for kind in string.gmatch(kinds, "%S+") do
    if redis.call("EXISTS", lane_key(digest, kind)) == 1 then enter_lane(digest, kind) end
  end
  redis.call("HDEL", parked, digest)
  redis.call("ZREM", parked_until, digest)
  hint_ready = true
end
