-- The lanes of concurrency keys: apply() writes them, and has those that have tasks in the index of eligible ones, or
-- their key parked. Needs lib/changes.lua and lib/flow/settings.lua.
--@each call
-- Lanes that tasks enter: by name the command, and each's digest and kind; the command that enters all of them in one
-- index. By name, lanes that tasks left otherwise than by a lease.
local filled, filled_digests, filled_kinds = {}, {}, {}
local in_lanes = {"ZADD", keyed}
local emptied = {}
-- Digests of which a lease ended, or which are let in whatever parked them.
local freed, is_forced = {}, {}
--@end

local function lane_key(kind, digest)
  return stem .. "l:" .. digest .. kind
end

-- What is behind every id.
local LAST_ID = "\255\255\255\255\255\255\255\255\255\255\255\255"

-- How many tasks of a key there are, "L" for those that are LEASED, "W" for those that wait.
local function members_of(mark, digest)
  local from = mark .. digest
  return redis.call("ZLEXCOUNT", members, "[" .. from, "[" .. from .. LAST_ID)
end

local function add_to_lane(id, kind, digest, score)
  local name = digest .. kind
  local list = filled[name]
  if not list then
    list = {"ZADD", lane_key(kind, digest)}
    local at = #filled_digests + 1
    filled[name], filled_digests[at], filled_kinds[at] = list, digest, kind
  end
  local at, to = #list, #in_lanes
  list[at + 1], list[at + 2] = score, id
  in_lanes[to + 1], in_lanes[to + 2] = score, id
end

local function take_from_lane(id, kind, digest)
  change("ZREM", lane_key(kind, digest), id)
  change("ZREM", keyed, id)
  emptied[digest .. kind] = {kind, digest}
end

local function let_in(digest)
  freed[digest], is_forced[digest] = true, true
end
