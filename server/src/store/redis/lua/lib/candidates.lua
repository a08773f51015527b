-- Who is next in line. Needs lib/changes.lua.

-- Returns what a session leases, the types that it asks for and what it alone may, or the suspects of these
-- types; and what names the other sessions that have tasks which they alone may lease, and the types that have
-- suspects by then, behind a "!".
local function kinds_for(session, is_apart, wanted)
  local kinds, others, seen = {}, {}, {}
  local is_every = wanted[1] == "*"
  for i = 1, is_every and 0 or #wanted do
    local kind = is_apart and SUSPECT .. wanted[i] or wanted[i]
    if not seen[kind] then kinds[#kinds + 1] = kind end
    seen[kind] = true
  end
  for _, kind in ipairs(redis.call("SMEMBERS", types)) do
    if string.sub(kind, 1, 1) ~= "@" then
      if not is_apart and (is_every or kind == DAMAGED) then kinds[#kinds + 1] = kind end
    elseif redis.call("EXISTS", ready_key(kind)) == 0 then
      change("SREM", types, kind)
    elseif kind == "@" .. session then
      if not is_apart then kinds[#kinds + 1] = kind end
    else
      others[#others + 1] = kind
      local is_suspects = string.sub(kind, 1, #SUSPECT) == SUSPECT
      if is_apart and is_every and is_suspects then kinds[#kinds + 1] = kind end
    end
  end
  return kinds, function()
    local left = {}
    for _, kind in ipairs(others) do
      if redis.call("EXISTS", ready_key(kind)) == 1 then left[#left + 1] = string.sub(kind, 2) end
    end
    return table.concat(left, " ")
  end
end

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
