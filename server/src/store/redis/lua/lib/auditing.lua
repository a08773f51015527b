-- What an index of keys and order has that it should not have. Each audit is given some of its entries.
--@include lib/apply.lua
--@each call
local mended = 0
--@end

local function mend(command, key, member)
  change(command, key, member)
  mended = mended + 1
end

local function names_of(entries)
  local names = {}
  for name in pairs(entries) do names[#names + 1] = name end
  return names
end

-- Whether a task is READY, and the one of its ordering key that is in line, or not.
local function is_in_turn(id, r, is_head)
  if r.state ~= READY then return false end
  local _, order = keys_of(r)
  return (not order or redis.call("HGET", order_heads, order) == id) == is_head
end

local function audit_keyed(entries)
  local records = load_records(names_of(entries))
  for id in pairs(entries) do
    local r = records[id]
    local key = r and keys_of(r)
    if not (r and key and is_in_turn(id, r, true)) and not unreadable[id] then
      mend("ZREM", keyed, id)
      if key then take_from_lane(id, line_kind_of(r), key) end
    end
  end
end

local function audit_behind(entries)
  local records = load_records(names_of(entries))
  for id in pairs(entries) do
    local r = records[id]
    if not (r and is_in_turn(id, r, false)) and not unreadable[id] then
      mend("ZREM", behind, id)
      local order = r and select(2, keys_of(r))
      if order then redis.call("ZREM", behind_key(order), id) end
    end
  end
end

local function audit_members(entries)
  local ids = {}
  for member in pairs(entries) do ids[#ids + 1] = string.sub(member, DIGEST_BYTES + 2) end
  local records = load_records(ids)
  for member in pairs(entries) do
    local key, id = string.sub(member, 2, DIGEST_BYTES + 1), string.sub(member, DIGEST_BYTES + 2)
    local r, is_leased = records[id], string.sub(member, 1, 1) == "L"
    local is_right = r and keys_of(r) == key and r.state <= LEASED and (r.state == LEASED) == is_leased
    if not is_right and not unreadable[id] then
      mend("ZREM", members, member)
      if is_leased then freed[key] = true end
    end
  end
end

local function audit_deaths(entries)
  local ids = {}
  for member in pairs(entries) do ids[#ids + 1] = string.sub(member, -ID_BYTES) end
  local records = load_records(ids)
  for member in pairs(entries) do
    local id = string.sub(member, -ID_BYTES)
    local is_right = records[id] and records[id].state == DEAD and stored_death_of(id) == member
    if not is_right and not unreadable[id] then mend("ZREM", deaths_key(), member) end
  end
end
