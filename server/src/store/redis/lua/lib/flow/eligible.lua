-- What apply() does with lanes. Needs lib/flow/lanes.lua.

-- Has lanes in the index of eligible ones with the tags that they had, but none before the smallest there.
local function make_eligible(kind, digests)
  local index, tags = eligible_key(kind), redis.call("ZMSCORE", tags_key(kind), unpack(digests))
  local now, added, known = virtual_time(kind), {"ZADD", index, "NX"}, {"ZREM", tags_key(kind)}
  for i, digest in ipairs(digests) do
    local tag = tonumber(tags[i] or 0)
    added[#added + 1], added[#added + 2] = math.max(now, tag), digest
    if tags[i] then known[#known + 1] = digest end
  end
  local count = redis.call(unpack(added))
  if #known > 2 then redis.call(unpack(known)) end
  -- Who waits for this type found no eligible lane.
  if count > 0 and redis.call("ZCARD", index) == count then
    redis.call("SADD", types, "#" .. kind)
    hint_ready = true
  end
end

-- Fills lanes. What is parked stays parked.
local function fill_lanes()
  local digests = {}
  for i, lane in ipairs(filled) do
    redis.call(unpack(lane.command))
    digests[i] = lane.digest
  end
  local kinds = load_packed(parked, digests)
  for i, lane in ipairs(filled) do
    if not kinds[i] then
      enter_eligible(lane.kind, lane.digest)
    elseif not is_among(lane.kind, kinds[i]) then
      redis.call("HSET", parked, lane.digest, (redis.call("HGET", parked, lane.digest)) .. " " .. lane.kind)
    end
  end
end

-- Lets parked keys in: those that nothing but a lease of theirs held, and those of is_forced.
local function open_lanes()
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
  if #filled > 0 then fill_lanes() end
  if next(freed) then open_lanes() end
  for kind, digests in pairs(entering) do make_eligible(kind, digests) end
  filled, filled_at, emptied, freed, is_forced, entering = {}, {}, {}, {}, {}, {}, {}
end
