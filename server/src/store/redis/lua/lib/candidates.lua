-- Who is next in line. Needs lib/changes.lua.

-- The best ids, and the type of each; scores are compared only where there are several types. Those of one
-- type are in the order of its line.
local function candidates(kinds, count)
  local found, ids, kind_at = {}, {}, {}
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
      local at = #found + 1
      found[at] = {id = heads[i], score = tonumber(heads[i + 1]), kind = kind, at = at}
    end
  end
  table.sort(found, function(a, b)
    return a.score < b.score or (a.score == b.score and a.at < b.at)
  end)
  for i = 1, math.min(#found, count) do ids[i], kind_at[i] = found[i].id, found[i].kind end
  return ids, kind_at
end

-- Takes so many tasks of each type from the head of its line.
local function leave_line(taken)
  for kind, count in pairs(taken) do
    redis.call("ZREMRANGEBYRANK", ready_key(kind), 0, count - 1)
  end
end

-- How many tasks of these types are READY.
local function ready_of(kinds)
  local count = 0
  for _, kind in ipairs(kinds) do count = count + redis.call("ZCARD", ready_key(kind)) end
  return count
end

-- How many lanes of these types are eligible.
local function eligible_of(kinds)
  local count = 0
  for _, kind in ipairs(kinds) do count = count + redis.call("ZCARD", eligible_key(kind)) end
  return count
end
