#!lua flags=no-writes
-- Counts a queue's tasks by state.
-- RETURNS {"ok", "", scheduled, ready, leased, succeeded, dead, cancelled, expired, age, blocked...}
--   age: ms since the READY task next in line is due, the longest over the priorities; -1 for none
--   blocked: as lib/flow/blocked.lua counts them
-- GUARANTEES none
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/terms.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/flow/settings.lua
--@include lib/flow/tags.lua
--@include lib/flow/lanes.lua
--@include lib/deals/rates.lua
--@include lib/flow/blocked.lua

local BAND = 9e14
local ready, heads = 0, {}

-- Keeps the first task of each priority, over all types.
local function look_at(key)
  for band = 0, 9 do
    local from, to = string.format("%.0f", band * BAND), string.format("(%.0f", (band + 1) * BAND)
    local head = redis.call("ZRANGEBYSCORE", key, from, to, "WITHSCORES", "LIMIT", 0, 1)
    local score = tonumber(head[2])
    if score and (not heads[band] or score < heads[band].score) then
      heads[band] = {id = head[1], score = score}
    end
  end
end

for _, kind in ipairs(redis.call("SMEMBERS", types)) do
  ready = ready + redis.call("ZCARD", ready_key(kind))
  look_at(ready_key(kind))
end
ready = ready + redis.call("ZCARD", keyed) + redis.call("ZCARD", behind)
look_at(keyed)
local ids, age = {}, -1
for _, head in pairs(heads) do ids[#ids + 1] = head.id end
for _, r in pairs(load_records(ids)) do
  age = math.max(age, now_ms - submitted_of(r) - r.wait, 0)
end
local waiting, leased, final = redis.call("ZCARD", scheduled), leased_of_queue(), 0
local reply = {"ok", "", waiting, ready, leased, 0}
for state = DEAD, EXPIRED do
  local count = redis.call("ZCARD", finals[state])
  reply[#reply + 1], final = count, final + count
end
-- Its index does not tell how many, having several in an entry.
reply[6] = math.max(redis.call("HLEN", tasks) - waiting - ready - leased - final, 0)
reply[#reply + 1] = age
for _, count in ipairs(count_blocked(ready, leased)) do reply[#reply + 1] = count end
return reply
