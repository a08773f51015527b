-- Deals grants to lanes as domain/flow/deal.ts does. Lanes are lists of digests, tags, strides and limits. Needs
-- lib/deals/visits.lua.

-- Lets the first of a binary heap of lanes sink to its place: by its next tag, then by where it stood.
local function sink(heap, size, nexts)
  local lane, at = heap[1], 1
  local tag = nexts[lane]
  while 2 * at <= size do
    local child = 2 * at
    local other, right = heap[child], heap[child + 1]
    if child < size and (nexts[right] < nexts[other] or (nexts[right] == nexts[other] and right < other)) then
      child, other = child + 1, right
    end
    if nexts[other] > tag or (nexts[other] == tag and other > lane) then break end
    heap[at], at = other, child
  end
  heap[at] = lane
end

-- Whether each of the first lanes gets one grant before any gets another.
local function is_one_each(tags, strides, grants)
  local least = math.huge
  for i = 1, grants do
    if not tags[i] or tags[i] >= least then return false end
    least = math.min(least, tags[i] + strides[i])
  end
  return true
end

-- Deals so many grants to lanes, but none beyond a tag where others might be before. Returns a lane a grant, in turn.
local function deal(lanes, grants, bound)
  local dealt, nexts, heap, size = {}, {}, {}, #lanes.tags
  if is_one_each(lanes.tags, lanes.strides, grants) then
    for i = 1, grants do dealt[i] = i end
    return dealt
  end
  local rooms = {}
  for i, tag in ipairs(lanes.tags) do
    nexts[i], heap[i], rooms[i] = tag, i, lanes.limits[i] and lanes.limits[i].room or math.huge
  end
  while #dealt < grants and size > 0 and nexts[heap[1]] <= bound do
    local lane = heap[1]
    dealt[#dealt + 1] = lane
    nexts[lane], rooms[lane] = nexts[lane] + lanes.strides[lane], rooms[lane] - 1
    if rooms[lane] == 0 then
      heap[1], size = heap[size], size - 1
    end
    if size > 0 then sink(heap, size, nexts) end
  end
  return dealt
end

-- Finds so many lanes that have room. Returns them, and the tag beyond which others were not looked at.
local function find_lanes(kind, wanted)
  local lanes, from, bound = {digests = {}, tags = {}, strides = {}, limits = {}}, 0, -1
  while #lanes.tags < wanted and visits < MAX_VISITS do
    local last = from + math.min(wanted - #lanes.tags, MAX_VISITS - visits) - 1
    local page = redis.call("ZRANGE", eligible_key(kind), from, last, "WITHSCORES")
    if #page == 0 then return lanes, math.huge end
    local count = #page / 2
    -- Those that are parked now are in it no more.
    from = from + count - look_at_lanes(kind, page, lanes)
    visits, bound = visits + count, tonumber(page[#page])
  end
  return lanes, bound
end
