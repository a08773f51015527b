-- What there is to tell of a concurrency key. Needs lib/flow/blocks.lua and lib/body.lua.
local PAUSED_KEY, HELD_KEY, AT_CONCURRENCY, AT_RATE = 1, 2, 3, 4
--@each call
local laned_kinds = false
--@end

-- A task of a key that waits, or is LEASED; nil where there is none.
local function first_member(mark, digest)
  return some_members(mark, digest, 1)[1]
end

-- The key that comes next to one in the index of members.
local function next_member(mark, digest)
  local from = digest == "" and "[" .. mark or "(" .. mark .. digest .. LAST_ID
  local member = redis.call("ZRANGEBYLEX", members, from, "(" .. string.char(string.byte(mark) + 1), "LIMIT", 0, 1)[1]
  return member and string.sub(member, 2, DIGEST_BYTES + 1)
end

-- The kinds in which a key may have READY tasks.
local function kinds_of_key(digest)
  if not laned_kinds then
    laned_kinds = {}
    for _, kind in ipairs(redis.call("SMEMBERS", types)) do
      if string.sub(kind, 1, 1) == "#" then laned_kinds[#laned_kinds + 1] = string.sub(kind, 2) end
    end
  end
  local kinds = {unpack(laned_kinds)}
  for kind in string.gmatch(redis.call("HGET", parked, digest) or "", "%S+") do kinds[#kinds + 1] = kind end
  return kinds
end

-- How long its next READY task has been due; NEVER where it has none.
local function age_of_key(digest)
  local first, best
  for _, kind in ipairs(kinds_of_key(digest)) do
    local head = redis.call("ZRANGE", lane_key(kind, digest), 0, 0, "WITHSCORES")
    local score = tonumber(head[2])
    if score and (not best or score < best) then first, best = head[1], score end
  end
  local r = first and load_records({first})[first]
  return r and math.max(now_ms - submitted_of(r) - r.wait, 0) or NEVER
end

local function block_and_time(b)
  if b.is_paused then return PAUSED_KEY, NEVER end
  if b.held > 0 then return HELD_KEY, b.held end
  if b.limit > 0 and b.leased >= b.limit then return AT_CONCURRENCY, NEVER end
  if b.token > 0 then return AT_RATE, b.token end
  return 0, NEVER
end

-- Appends what there is to tell.
local function describe_key(digest, reply)
  local own, age = own_of(digest), age_of_key(digest)
  local one = not own and (first_member("W", digest) or first_member("L", digest))
  local b, block, remaining = block_of_key(digest, own), 0, NEVER
  if age ~= NEVER then block, remaining = block_and_time(b) end
  local raw = one and redis.call("HGET", tasks, one) or ""
  for _, part in ipairs({digest, own or "", raw, members_of("W", digest), b.leased, block, remaining, age}) do
    reply[#reply + 1] = part
  end
end
