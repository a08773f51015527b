-- How lanes become eligible again, or parked. Needs lib/flow/lanes.lua.

-- Takes the tags that lanes had when they ran empty or were parked. Returns them; false where there is none.
local function take_tags(kind, digests)
  local idle = redis.call("ZMSCORE", tags_key(kind), unpack(digests))
  local held = flow_of_queue().has_parked and redis.call("ZMSCORE", parked_tags_key(kind), unpack(digests)) or {}
  local from_idle, from_parked = {"ZREM", tags_key(kind)}, {"ZREM", parked_tags_key(kind)}
  for i, digest in ipairs(digests) do
    if idle[i] then from_idle[#from_idle + 1] = digest end
    if held[i] then from_parked[#from_parked + 1] = digest end
    idle[i] = held[i] or idle[i]
  end
  if #from_idle > 2 then redis.call(unpack(from_idle)) end
  if #from_parked > 2 then redis.call(unpack(from_parked)) end
  return idle
end

-- Has lanes in the index of eligible ones with the tags that they had, but none before the virtual time.
local function make_eligible(kind, digests)
  local index, kept = eligible_key(kind), take_tags(kind, digests)
  local now, added, count = virtual_time(kind), {"ZADD", index, "NX"}, 3
  -- Keys that come anew faster than they are served would hold the virtual time, and those before them back, for ever.
  local new_text = text_of_tag(now + stride_of(flow_of_queue().key_weight))
  local now_text = text_of_tag(now)
  for i, digest in ipairs(digests) do
    local is_ahead = kept[i] and tonumber(kept[i]) > now
    added[count + 1], added[count + 2], count = is_ahead and kept[i] or kept[i] and now_text or new_text, digest, count + 2
  end
  local entered = redis.call(unpack(added))
  -- Who waits for this type found no eligible lane.
  if entered > 0 and redis.call("ZCARD", index) == entered then
    redis.call("SADD", types, "#" .. kind)
    hint_ready = true
  end
end

-- Has another lane of a parked key parked.
local function park_too(kind, digest)
  redis.call("HSET", parked, digest, (redis.call("HGET", parked, digest)) .. " " .. kind)
  local tag = take_tags(kind, {digest})[1]
  redis.call("ZADD", parked_tags_key(kind), tag or text_of_tag(virtual_time(kind)), digest)
  redis.call("SADD", types, "#" .. kind)
end

-- Has the lane of a key that is let in among the eligible ones; what is empty is idle.
local function let_lane_in(kind, digest)
  if redis.call("EXISTS", lane_key(kind, digest)) == 1 then return enter_eligible(kind, digest) end
  local tag = take_tags(kind, {digest})[1]
  if tag then redis.call("ZADD", tags_key(kind), tag, digest) end
  closing[kind] = true
end
