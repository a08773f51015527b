-- The indexes of lanes that have tasks and room, by tag. Needs lib/queue.lua.
--@each call
-- By kind, the digests of lanes that become eligible.
local entering = {}
-- By kind its virtual time, and kinds whose index may be done with.
local virtual_times, closing = {}, {}
-- Tags as they are written: Redis would format each anew.
local tag_texts = {}
--@end

local function eligible_key(kind)
  return stem .. "v:" .. kind
end

local function tags_key(kind)
  return stem .. "i:" .. kind
end

-- What parked lanes have, each of a kind: while there are any, the kind's virtual time and tags are worth something.
local function parked_tags_key(kind)
  return stem .. "y:" .. kind
end

local function text_of_tag(tag)
  local text = tag_texts[tag]
  if not text then
    text = string.format("%.0f", tag)
    tag_texts[tag] = text
  end
  return text
end

local function enter_eligible(kind, digest)
  local list = entering[kind] or {}
  entering[kind], list[#list + 1] = list, digest
end

-- Whether a kind is among some that have spaces between.
local function is_among(kind, kinds)
  return string.find(" " .. kinds .. " ", " " .. kind .. " ", 1, true) ~= nil
end

-- What a grant adds to the tag of a lane, as domain/flow/deal.ts has it.
local function stride_of(weight)
  return math.floor(720720 / weight + 0.5)
end

-- The member of a kind's tags that is its virtual time; no digest is so short.
local VIRTUAL_TIME = "t"

-- The virtual time of a kind: the tag that the lane had which got the last grant, when it did (start-time fair queueing:
-- Goyal, Vin and Cheng, 1996). The smallest tag of the eligible lanes is none: it leaps while others are parked.
local function virtual_time(kind)
  local time = virtual_times[kind] or tonumber(redis.call("ZSCORE", tags_key(kind), VIRTUAL_TIME) or 0)
  virtual_times[kind] = time
  return time
end

local function advance(kind, start)
  if start <= virtual_time(kind) then return end
  virtual_times[kind] = start
  redis.call("ZADD", tags_key(kind), text_of_tag(start), VIRTUAL_TIME)
end

-- Forgets the index of a kind's eligible lanes, its tags and its virtual time where no lane is eligible or parked but
-- the plain line, which needs no index alone.
local function close_index(kind)
  local index = eligible_key(kind)
  local count = redis.call("ZCARD", index)
  if count > 1 or (count == 1 and not redis.call("ZSCORE", index, "")) then return end
  if redis.call("EXISTS", parked_tags_key(kind)) == 1 then return end
  redis.call("UNLINK", index, tags_key(kind))
  redis.call("SREM", types, "#" .. kind)
  virtual_times[kind] = nil
end
