-- Deals grants to lanes as domain/flow/deal.ts does, and leases the tasks of those. Needs lib/deals/visits.lua and
-- lib/grants.lua.

-- Lets the first of a binary heap sink to its place: by its next tag, then by where it stood.
local function sink(heap, size)
  local lane, at = heap[1], 1
  while 2 * at <= size do
    local child = 2 * at
    local left, right = heap[child], heap[child + 1]
    if child < size and (right.next < left.next or (right.next == left.next and right.at < left.at)) then
      child, left = child + 1, right
    end
    if left.next > lane.next or (left.next == lane.next and left.at > lane.at) then break end
    heap[at], at = left, child
  end
  heap[at] = lane
end

-- Deals so many grants to lanes, but none beyond a tag where others might be before. Returns a lane a grant, in turn.
local function deal(lanes, grants, bound)
  local heap, size, dealt = {}, #lanes, {}
  for i, lane in ipairs(lanes) do
    lane.at, lane.next, lane.got, lane.stride = i, lane.tag, 0, STRIDE / lane.weight
    lane.room = math.min(lane.size, lane.limit)
    heap[i] = lane
  end
  while #dealt < grants and size > 0 and heap[1].next <= bound do
    local lane = heap[1]
    dealt[#dealt + 1] = lane
    lane.got, lane.next = lane.got + 1, lane.next + lane.stride
    if lane.got == lane.room then
      heap[1], heap[size], size = heap[size], nil, size - 1
    end
    if size > 0 then sink(heap, size) end
  end
  return dealt
end

-- Finds so many lanes that have tasks and room. Returns them, and the tag beyond which others were not looked at.
local function find_lanes(kind, wanted)
  local lanes, from, bound = {}, 0, -1
  while #lanes < wanted and visits < MAX_VISITS do
    local page = redis.call("ZRANGE", eligible_key(kind), from, from + math.min(wanted - #lanes, MAX_VISITS - visits) - 1,
      "WITHSCORES")
    if #page == 0 then return lanes, math.huge end
    local before = #lanes
    look_at_lanes(kind, page, lanes)
    -- The others are in it no more.
    from, visits, bound = from + #lanes - before, visits + #page / 2, tonumber(page[#page])
  end
  return lanes, bound
end

-- Puts a lane where it belongs once tasks of it were leased: its tag grows by these alone.
local function put_back(kind, lane)
  local leased, tag = lane.leased, lane.tag + lane.leased * lane.stride
  if lane.interval and lane.interval > 0 and leased > 0 then
    redis.call("ZADD", tats, tat_after(lane.interval, lane.tat, leased), lane.digest)
  end
  if lane.gone == lane.size then
    redis.call("ZREM", eligible_key(kind), lane.digest)
    redis.call("ZADD", tags_key(kind), tag, lane.digest)
  elseif leased >= lane.limit then
    park(kind, lane.digest, tag, due_of_lane(lane, leased))
  elseif leased > 0 then
    redis.call("ZADD", eligible_key(kind), tag, lane.digest)
  end
end
