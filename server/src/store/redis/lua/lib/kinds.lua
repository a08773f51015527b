-- What a session may lease. Needs lib/flow/lanes.lua.

-- Whether there are tasks of what the set of types names: the plain line of a kind, or its lanes behind a "#".
local function has_tasks(name)
  local is_laned = string.sub(name, 1, 1) == "#"
  return redis.call("EXISTS", is_laned and eligible_key(string.sub(name, 2)) or ready_key(name)) == 1
end

-- Returns what a session leases, the types that it asks for and what it alone may, or the suspects of these
-- types; which of that has lanes; and what names the other sessions that have tasks which they alone may lease, and
-- the types that have suspects by then, behind a "!".
local function kinds_for(session, is_apart, wanted)
  local kinds, laned, others, seen = {}, {}, {}, {}
  local is_every = wanted[1] == "*"
  local function ask_for(kind)
    if not seen[kind] then kinds[#kinds + 1] = kind end
    seen[kind] = true
  end
  for i = 1, is_every and 0 or #wanted do ask_for(is_apart and SUSPECT .. wanted[i] or wanted[i]) end
  for _, name in ipairs(redis.call("SMEMBERS", types)) do
    local is_laned = string.sub(name, 1, 1) == "#"
    local kind = is_laned and string.sub(name, 2) or name
    if is_laned then laned[kind] = true end
    if string.sub(kind, 1, 1) ~= "@" then
      if not is_apart and (is_every or kind == DAMAGED) then ask_for(kind) end
    elseif not has_tasks(name) and not (is_laned and redis.call("EXISTS", parked_tags_key(kind)) == 1) then
      change("SREM", types, name)
    elseif kind == "@" .. session then
      if not is_apart then ask_for(kind) end
    else
      others[kind] = others[kind] or {}
      table.insert(others[kind], name)
      local is_suspects = string.sub(kind, 1, #SUSPECT) == SUSPECT
      if is_apart and is_every and is_suspects then ask_for(kind) end
    end
  end
  return kinds, laned, function()
    local left = {}
    for kind, names in pairs(others) do
      if has_tasks(names[1]) or (names[2] and has_tasks(names[2])) then left[#left + 1] = string.sub(kind, 2) end
    end
    return table.concat(left, " ")
  end
end
