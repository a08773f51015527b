-- Who is next in line. Needs lib/changes.lua.

-- What a session leases: the types that it asks for, and what it alone may; and the other sessions that
-- have tasks which they alone may lease.
local function kinds_for(session, wanted)
  local kinds, others = wanted, {}
  local is_every = wanted[1] == "*"
  if is_every then kinds = {} end
  for _, kind in ipairs(redis.call("SMEMBERS", types)) do
    if string.sub(kind, 1, 1) ~= "@" then
      if is_every then kinds[#kinds + 1] = kind end
    elseif redis.call("EXISTS", ready_key(kind)) == 0 then
      change("SREM", types, kind)
    elseif kind == "@" .. session then
      kinds[#kinds + 1] = kind
    else
      others[#others + 1] = string.sub(kind, 2)
    end
  end
  return kinds, table.concat(others, " ")
end

-- The best ids, and the type of each; scores are compared only where there are several types.
local function candidates(kinds, count)
  local found, ids, kind_at = {}, {}, {}
  if kinds[1] == "*" then kinds = redis.call("SMEMBERS", types) end
  for _, kind in ipairs(kinds) do
    local key = ready_key(kind)
    if #kinds == 1 then
      ids = redis.call("ZRANGE", key, 0, count - 1)
      for i = 1, #ids do kind_at[i] = kind end
      return ids, kind_at
    end
    local heads = redis.call("ZRANGE", key, 0, count - 1, "WITHSCORES")
    if #heads == 0 then change("SREM", types, kind) end
    for i = 1, #heads, 2 do
      found[#found + 1] = {id = heads[i], score = tonumber(heads[i + 1]), kind = kind}
    end
  end
  table.sort(found, function(a, b) return a.score < b.score end)
  for i = 1, math.min(#found, count) do ids[i], kind_at[i] = found[i].id, found[i].kind end
  return ids, kind_at
end
