-- How many tasks may wait. Needs lib/flow/lanes.lua.
--@each call
-- How many wait, of the queue and by key, with what this call stores; counted when it is asked for.
local queue_backlog, key_backlogs = nil, {}
--@end
-- What is answered: the backlog of the queue or of the key has as many as it may.
local QUEUE_FULL, KEY_FULL = "f", "g"

local function count_backlog()
  local count = redis.call("ZCARD", scheduled) + redis.call("ZCARD", keyed) + redis.call("ZCARD", behind)
  for _, name in ipairs(redis.call("SMEMBERS", types)) do
    if string.sub(name, 1, 1) ~= "#" then count = count + redis.call("ZCARD", ready_key(name)) end
  end
  return count
end

-- Returns why a task is not taken, nil where it is, which counts it.
local function join_backlog(key, is_owed)
  local q = flow_of_queue()
  local by_queue, by_key = q.max_backlog > 0, key and q.key_max_backlog > 0
  if by_queue then queue_backlog = queue_backlog or count_backlog() end
  if by_key then key_backlogs[key] = key_backlogs[key] or members_of("W", key) end
  if by_queue and not is_owed and queue_backlog >= q.max_backlog then return QUEUE_FULL end
  if by_key and not is_owed and key_backlogs[key] >= q.key_max_backlog then return KEY_FULL end
  if by_queue then queue_backlog = queue_backlog + 1 end
  if by_key then key_backlogs[key] = key_backlogs[key] + 1 end
end
