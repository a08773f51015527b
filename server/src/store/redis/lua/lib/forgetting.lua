-- How a task is forgotten. Needs lib/changes.lua.

local function forget(id, r)
  if r.state == DEAD or r == unreadable[id] then leave_deaths(id) end
  change("HDEL", tasks, id)
  change("HDEL", runs, id)
  for detail, letter in pairs(LETTERS) do
    if has(r, detail) then change("HDEL", details, id .. letter) end
  end
  if may_have_past(r) then change("HDEL", details, id .. PAST) end
end

-- Forgets what cannot be read, from where it was put off to.
local function forget_unreadable(id)
  forget(id, unreadable[id])
  change("ZREM", scheduled, id)
  change("ZREM", ready_key(DAMAGED), id)
end

-- Forgets what is left of the queue where it has no task. A rate and a hold last for their time.
local function forget_rest()
  for _, name in ipairs(redis.call("SMEMBERS", types)) do
    local kind = string.sub(name, 2)
    if string.sub(name, 1, 1) == "#" then
      redis.call("DEL", eligible_key(kind), tags_key(kind), parked_tags_key(kind))
    end
  end
  redis.call("DEL", deaths_key(), meta, types, runs, details, keyed, behind, members, parked, parked_until, order_heads)
  redis.call("HDEL", flow, "w", "t", "p")
end
