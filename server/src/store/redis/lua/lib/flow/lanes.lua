-- The lanes of concurrency keys: apply() writes them, and has those that have tasks in the index of eligible ones, or
-- their key parked. Needs lib/changes.lua and lib/flow/settings.lua.
--@each call
-- Lanes that tasks enter: {kind, digest, command}, by name too. By name, lanes that tasks left otherwise than by a lease.
local filled, filled_at, emptied = {}, {}, {}
-- Digests of which a lease ended, or which are let in whatever parked them.
local freed, is_forced = {}, {}
-- By kind, the digests of lanes that become eligible.
local entering = {}
--@end

local function lane_key(kind, digest)
  return stem .. "l:" .. digest .. kind
end

local function eligible_key(kind)
  return stem .. "v:" .. kind
end

local function tags_key(kind)
  return stem .. "i:" .. kind
end

-- How many tasks of a key there are, "L" for those that are LEASED, "W" for those that wait.
local function members_of(mark, digest)
  local from = mark .. digest
  return redis.call("ZLEXCOUNT", members, "[" .. from, "[" .. from .. string.rep("\255", ID_BYTES))
end

local function add_to_lane(id, kind, digest, score)
  local name = digest .. kind
  local lane = filled_at[name]
  if not lane then
    lane = {kind = kind, digest = digest, command = {"ZADD", lane_key(kind, digest)}}
    filled_at[name], filled[#filled + 1] = lane, lane
  end
  local list = lane.command
  local at = #list
  list[at + 1], list[at + 2] = score, id
  change("ZADD", keyed, score, id)
end

local function take_from_lane(id, kind, digest)
  change("ZREM", lane_key(kind, digest), id)
  change("ZREM", keyed, id)
  emptied[digest .. kind] = {kind, digest}
end

local function let_in(digest)
  freed[digest], is_forced[digest] = true, true
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
