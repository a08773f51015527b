-- What may hold the tasks of a concurrency key back. Needs lib/deals/rates.lua and lib/flow/lanes.lua.
-- What is answered where nothing is to be waited for.
local NEVER = -1

local function time_left(due)
  return due and due > now_ms and math.ceil(due - now_ms) or NEVER
end

-- How long until a rate lets one go.
local function token_in(interval, burst, digest)
  local tat = tat_of(interval, burst, digest)
  return tat and time_left(next_token_at(interval, burst, tat)) or NEVER
end

-- Some of a key's tasks, "L" of those that are LEASED, "W" of those that wait.
local function some_members(mark, digest, limit)
  local from = mark .. digest
  local ids = redis.call("ZRANGEBYLEX", members, "[" .. from, "[" .. from .. LAST_ID, "LIMIT", 0, limit)
  for i, member in ipairs(ids) do ids[i] = string.sub(member, #from + 1) end
  return ids
end

local function block_of_key(digest, own)
  local is_paused, weight, limit, interval, burst = unpack_key(own, flow_of_queue())
  return {
    is_paused = is_paused, weight = weight, limit = limit, leased = members_of("L", digest),
    token = token_in(interval, burst, digest),
    held = time_left(tonumber(redis.call("ZSCORE", holds, digest) or 0)),
  }
end

-- The settings that a key has of its own; nil where it has none.
local function own_of(digest)
  return flow_of_queue().has_set_keys and redis.call("HGET", flow, digest) or nil
end
