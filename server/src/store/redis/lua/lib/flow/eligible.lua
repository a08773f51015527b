-- What apply() does with lanes. Needs lib/flow/lanes.lua.

-- Has lanes in the index of eligible ones with the tags that they had, but none before the smallest there.
local function make_eligible(kind, digests)
  local index, tags = eligible_key(kind), redis.call("ZMSCORE", tags_key(kind), unpack(digests))
  local now, added, known, count = virtual_time(kind), {"ZADD", index, "NX"}, {"ZREM", tags_key(kind)}, 3
  local now_text = text_of_tag(now)
  for i, digest in ipairs(digests) do
    local text = now_text
    if tags[i] then
      known[#known + 1] = digest
      if tonumber(tags[i]) > now then text = tags[i] end
    end
    added[count + 1], added[count + 2], count = text, digest, count + 2
  end
  local entered = redis.call(unpack(added))
  if #known > 2 then redis.call(unpack(known)) end
  -- Who waits for this type found no eligible lane.
  if entered > 0 and redis.call("ZCARD", index) == entered then
    redis.call("SADD", types, "#" .. kind)
    hint_ready = true
  end
end

-- Fills lanes. What is parked stays parked.
local function fill_lanes()
  redis.call(unpack(in_lanes))
  for _, command in pairs(filled) do redis.call(unpack(command)) end
  local kinds = flow_of_queue().has_parked and load_packed(parked, filled_digests) or {}
  for i, digest in ipairs(filled_digests) do
    local kind = filled_kinds[i]
    if not kinds[i] then
      enter_eligible(kind, digest)
    elseif not is_among(kind, kinds[i]) then
      redis.call("HSET", parked, digest, (redis.call("HGET", parked, digest)) .. " " .. kind)
    end
  end
end

-- Lets parked keys in: those that nothing but a lease of theirs held, and those of is_forced.
local function open_lanes()
  if not flow_of_queue().has_parked and not next(is_forced) then return end
  local digests, found = {}, {"HDEL", parked}
  for digest in pairs(freed) do digests[#digests + 1] = digest end
  local kinds = load_packed(parked, digests)
  for i, digest in ipairs(digests) do
    if kinds[i] and (is_forced[digest] or not redis.call("ZSCORE", parked_until, digest)) then
      for kind in string.gmatch(kinds[i], "%S+") do
        if redis.call("EXISTS", lane_key(kind, digest)) == 1 then enter_eligible(kind, digest) end
      end
      found[#found + 1] = digest
      if is_forced[digest] then redis.call("ZREM", parked_until, digest) end
    end
  end
  if #found > 2 then redis.call(unpack(found)) end
end

local function drop_empty_lanes()
  for _, lane in pairs(emptied) do
    local kind, digest = lane[1], lane[2]
    if redis.call("EXISTS", lane_key(kind, digest)) == 0 and redis.call("ZREM", eligible_key(kind), digest) == 1 then
      close_index(kind)
    end
  end
end

local function apply_lanes()
  if next(emptied) then drop_empty_lanes() end
  if #filled_digests > 0 then fill_lanes() end
  if next(freed) then open_lanes() end
  for kind, digests in pairs(entering) do make_eligible(kind, digests) end
  filled, filled_digests, filled_kinds, in_lanes = {}, {}, {}, {"ZADD", keyed}
  emptied, freed, is_forced, entering = {}, {}, {}, {}, {}
end
