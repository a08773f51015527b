-- Where lanes belong once tasks of them were leased. Needs lib/deals/visits.lua.
local function key_of_lane(kind, digest)
  return digest == "" and ready_key(kind) or lane_key(kind, digest)
end

-- Tells which of some lanes are empty.
local function find_empty(kind, lanes, which)
  local keys, is_empty = {}, {}
  for at, lane in ipairs(which) do keys[at] = key_of_lane(kind, lanes.digests[lane]) end
  local count = #keys > 0 and redis.call("EXISTS", unpack(keys)) or 0
  for at, lane in ipairs(which) do
    is_empty[lane] = count == 0 or (count < #keys and redis.call("EXISTS", keys[at]) == 0)
  end
  return is_empty
end

-- Puts the lanes that were dealt to where they belong: their tags grow by what was leased alone.
local function put_back(kind, lanes, got, leased)
  local index, which, last = eligible_key(kind), {}, 0
  for lane in pairs(got) do which[#which + 1] = lane end
  local is_empty = find_empty(kind, lanes, which)
  local kept, gone, idle, spent = {"ZADD", index}, {"ZREM", index}, {"ZADD", tags_key(kind)}, {"ZADD", tats}
  for _, lane in ipairs(which) do
    local count, digest, limits = leased[lane] or 0, lanes.digests[lane], lanes.limits[lane]
    local tag = text_of_tag(lanes.tags[lane] + count * lanes.strides[lane])
    if count > 0 then last = math.max(last, lanes.tags[lane] + (count - 1) * lanes.strides[lane]) end
    if limits and limits.interval > 0 and count > 0 then
      spent[#spent + 1], spent[#spent + 2] = text_of_tat(tat_after(limits.interval, limits.tat, count)), digest
    end
    if is_empty[lane] then
      gone[#gone + 1] = digest
      idle[#idle + 1], idle[#idle + 2] = tag, digest
    elseif limits and count >= limits.room then
      park(kind, digest, tag, due_of_lane(limits, count))
    elseif count > 0 then
      kept[#kept + 1], kept[#kept + 2] = tag, digest
    end
  end
  for _, command in ipairs({kept, gone, idle, spent}) do
    if #command > 2 then redis.call(unpack(command)) end
  end
  advance(kind, last)
end

-- Has the plain line among the lanes, where it has tasks.
local function enter_plain_line(kind)
  local index = eligible_key(kind)
  if redis.call("EXISTS", ready_key(kind)) == 0 or redis.call("ZSCORE", index, "") then return end
  local tag = redis.call("ZSCORE", tags_key(kind), "")
  local now = virtual_time(kind)
  redis.call("ZADD", index, tag and math.max(tonumber(tag), now) or now + stride_of(flow_of_queue().plain_weight), "")
end
