-- What apply() does with lanes. Needs lib/flow/returns.lua.

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
      park_too(kind, digest)
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
      for kind in string.gmatch(kinds[i], "%S+") do let_lane_in(kind, digest) end
      found[#found + 1] = digest
    end
    -- What is not parked would be due for ever.
    if is_forced[digest] then redis.call("ZREM", parked_until, digest) end
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
  for kind in pairs(closing) do close_index(kind) end
  filled, filled_digests, filled_kinds, in_lanes = {}, {}, {}, {"ZADD", keyed}
  emptied, freed, is_forced, entering, closing = {}, {}, {}, {}, {}
end
