-- The indexes of lanes that have tasks and room, by tag. Needs lib/queue.lua.
--@each call
-- By kind, the digests of lanes that become eligible.
local entering = {}
-- Tags as they are written: Redis would format each anew.
local tag_texts = {}
--@end

local function eligible_key(kind)
  return stem .. "v:" .. kind
end

local function tags_key(kind)
  return stem .. "i:" .. kind
end

local function text_of_tag(tag)
  local text = tag_texts[tag]
  if not text then
    text = string.format("%.17g", tag)
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

-- The smallest tag of a kind's eligible lanes; 0 where there are none.
local function virtual_time(kind)
  return tonumber(redis.call("ZRANGE", eligible_key(kind), 0, 0, "WITHSCORES")[2] or 0)
end

-- Forgets the index of a kind's eligible lanes where it has none but the plain line, which needs no index alone.
local function close_index(kind)
  local index = eligible_key(kind)
  local count = redis.call("ZCARD", index)
  if count == 0 or (count == 1 and redis.call("ZSCORE", index, "")) then
    redis.call("UNLINK", index, tags_key(kind))
    redis.call("SREM", types, "#" .. kind)
  end
end
