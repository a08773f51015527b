-- Which tasks of a concurrency key wait and which are LEASED, and what the end of a lease does to the key. Needs lib/flow/lanes.lua and lib/body.lua.
--@each call
local is_lease_ended = false
-- The commands that enter those that wait, and take out those that are LEASED no more.
local waiting, ended = {"ZADD", members}, {"ZREM", members}
-- What tags grow by, a stride a second of run time: by name {kind, digest, amount}.
local charges = {}
--@end

-- Counts a task of a concurrency key among those that wait, or no more.
local function count_waiting(id, r, command)
  local key = keys_of(r)
  if not key then return end
  local member = "W" .. key .. id
  if command == "ZADD" then change("ZADD", members, 0, member) else change("ZREM", members, member) end
end

-- Fair by time: what an attempt ran is charged to its key, or to all tasks without one together.
local function charge(r, key)
  local kind, digest, q = line_kind_of(r), key or "", flow_of_queue()
  local own = key and q.has_set_keys and redis.call("HGET", flow, key) or nil
  local _, weight = unpack_key(own, q)
  if not key then weight = q.plain_weight end
  local name = digest .. kind
  local sum = charges[name] or {kind, digest, 0}
  charges[name], sum[3] = sum, sum[3] + math.max(now_ms - r.started, 0) / 1000 * stride_of(weight)
end

local function end_lease_of_key(id, key)
  ended[#ended + 1] = "L" .. key .. id
  freed[key] = true
end

local function end_lease_of(id, r)
  is_lease_ended = true
  local key = keys_of(r)
  if key then end_lease_of_key(id, key) end
  if flow_of_queue().is_by_time then charge(r, key) end
end

local function apply_charges()
  for _, each in pairs(charges) do
    local kind, digest, amount = each[1], each[2], math.floor(each[3] + 0.5)
    local index, own = eligible_key(kind), parked_tags_key(kind)
    if redis.call("ZSCORE", index, digest) then
      redis.call("ZINCRBY", index, amount, digest)
    elseif redis.call("EXISTS", index, own) > 0 then
      local key = redis.call("ZSCORE", own, digest) and own or tags_key(kind)
      local tag = tonumber(redis.call("ZSCORE", key, digest) or 0)
      redis.call("ZADD", key, text_of_tag(math.max(tag, virtual_time(kind)) + amount), digest)
    end
  end
  charges = {}
end
