-- Who is next in line. Needs lib/changes.lua.

-- The best ids, and the type of each; scores are compared only where there are several types.
local function candidates(kinds, count)
  local found, ids, kind_at = {}, {}, {}
  if kinds[1] == "*" then kinds = redis.call("SMEMBERS", types) end
  for _, kind in ipairs(kinds) do
    local key = ready_key(kind)
    if #kinds == 1 then
      ids = redis.call("ZRANGE", key, 0, count - 1)
      return ids, setmetatable({}, {__index = function() return kind end})
    end
    local heads = redis.call("ZRANGE", key, 0, count - 1, "WITHSCORES")
    if #heads == 0 then change("SREM", types, kind) end
    for i = 1, #heads, 2 do
      found[#found + 1] = {id = heads[i], score = tonumber(heads[i + 1])}
      kind_at[heads[i]] = kind
    end
  end
  table.sort(found, function(a, b) return a.score < b.score end)
  for i = 1, math.min(#found, count) do ids[i] = found[i].id end
  return ids, kind_at
end
