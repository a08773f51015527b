-- What the indexes ought to have.
--@include lib/apply.lua
--@include lib/items.lua
--@include lib/flow/mended_turns.lua

-- Whether the index of those that succeeded has it, in an entry with others.
local function has_succeeded(id, purge)
  for _, ids in ipairs(redis.call("ZRANGEBYSCORE", finals[SUCCEEDED], purge, purge)) do
    for _, each in ipairs(ids_of(ids)) do
      if each == id then return true end
    end
  end
  return false
end

local function is_indexed(id, r)
  if not is_counted(id, r) or not has_turn(id, r) then return false end
  if r.state == LEASED then return redis.call("SISMEMBER", held_key(r.session), id) == 1 end
  if r.state == SUCCEEDED then return has_succeeded(id, purge_of(r)) end
  if r.state == DEAD and not redis.call("ZSCORE", deaths_key(), stored_death_of(id)) then return false end
  return r.state == READY or redis.call("ZSCORE", r.state == SCHEDULED and scheduled or finals[r.state], id)
end

local function index(id, r)
  mend_turn(id, r)
  if r.state == READY then return end
  if r.state == SCHEDULED then
    change("ZADD", scheduled, submitted_of(r) + r.wait, id)
  elseif r.state == LEASED then
    change("SADD", held_key(r.session), id)
  elseif r.state == SUCCEEDED then
    local ids = succeeding(purge_of(r))
    ids[#ids + 1] = id
  else
    change("ZADD", finals[r.state], purge_of(r), id)
    if r.state == DEAD then change("ZADD", deaths_key(), 0, stored_death_of(id)) end
  end
end
