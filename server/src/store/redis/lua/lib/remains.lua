-- What a queue without tasks has still. Needs lib/flow/lanes.lua, lib/flow/turns.lua and lib/sessions.lua.

-- Each deletes up to so many of something. Returns how many more may be deleted.
local function remove_sessions(limit)
  local ended = redis.call("ZRANGE", sessions, 0, limit - 1)
  for _, session in ipairs(ended) do
    redis.call("DEL", session_key(session))
    forget_session(session)
    redis.call("ZREM", sessions, session)
  end
  return limit - #ended
end

-- Lost writes may have left lanes and lines, though their tasks are gone.
local function remove_lanes(limit)
  for _, entry in ipairs(redis.call("SMEMBERS", types)) do
    local kind = string.gsub(entry, "^#", "")
    local digests = entry == kind and {} or redis.call("ZRANGE", eligible_key(kind), 0, limit - 1)
    for _, digest in ipairs(digests) do
      redis.call("DEL", lane_key(kind, digest))
      redis.call("ZREM", eligible_key(kind), digest)
    end
    limit = limit - #digests
    if limit <= 0 then return limit end
    redis.call("UNLINK", ready_key(kind), eligible_key(kind), tags_key(kind), parked_tags_key(kind))
    redis.call("SREM", types, entry)
  end
  return limit
end

-- Deletes what the fields of a hash name, and the fields.
local function remove_named(hash, limit, keys_named)
  local page = limit > 0 and redis.call("HSCAN", hash, 0, "COUNT", limit)[2] or {}
  for i = 1, #page, 2 do
    for _, key in ipairs(keys_named(page[i], page[i + 1])) do redis.call("DEL", key) end
    redis.call("HDEL", hash, page[i])
  end
  return limit - #page / 2
end

local function lanes_of(digest, kinds)
  local keys = {}
  for kind in string.gmatch(kinds, "%S+") do keys[#keys + 1] = lane_key(kind, digest) end
  return keys
end

local function line_of_order(order)
  return {behind_key(order)}
end

-- Deletes up to so many of them. Returns whether that was all.
local function remove_remains(limit)
  limit = limit > 0 and remove_sessions(limit) or limit
  limit = limit > 0 and remove_lanes(limit) or limit
  limit = remove_named(parked, limit, lanes_of)
  limit = remove_named(order_heads, limit, line_of_order)
  return limit > 0 and redis.call("EXISTS", sessions, types, parked, order_heads) == 0
end
