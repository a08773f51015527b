-- Keys that are parked and heads of orders that should not be, and lanes that have no tasks.
--@include lib/auditing.lua
local KINDS_AT_ONCE, LANES_AT_ONCE = 100, 100

-- A key that is parked comes back by time, by other settings of its own, or when a lease of it ends.
local function audit_parked(entries)
  for digest in pairs(entries) do
    local q = flow_of_queue()
    local is_paused, _, limit = unpack_key(q.has_set_keys and redis.call("HGET", flow, digest), q)
    local is_full = limit > 0 and members_of("L", digest) >= limit
    if not (is_paused or is_full or redis.call("ZSCORE", parked_until, digest)) then
      let_in(digest)
      mended = mended + 1
    end
  end
end

local function audit_until(entries)
  for digest in pairs(entries) do
    if redis.call("HEXISTS", parked, digest) == 0 then mend("ZREM", parked_until, digest) end
  end
end

local function is_head(r, order)
  if not r or select(2, keys_of(r)) ~= order then return false end
  if r.state == DEAD then return flow_of_queue().holds_on_dead end
  return r.state == READY or r.state == LEASED or (r.state == SCHEDULED and r.run)
end

local function audit_heads(entries)
  local ids = {}
  for _, id in pairs(entries) do ids[#ids + 1] = id end
  local records = load_records(ids)
  for order, id in pairs(entries) do
    if not unreadable[id] and not is_head(records[id], order) then
      headless[order] = true
      mended = mended + 1
    end
  end
end

-- Of some kinds, the lanes that are next.
local function audit_kinds()
  for _, name in ipairs(redis.call("SRANDMEMBER", types, KINDS_AT_ONCE)) do
    local kind = string.match(name, "^#(.*)")
    for _, digest in ipairs(kind and redis.call("ZRANGE", eligible_key(kind), 0, LANES_AT_ONCE - 1) or {}) do
      local lane = digest == "" and ready_key(kind) or lane_key(kind, digest)
      if redis.call("EXISTS", lane) == 0 then
        redis.call("ZREM", eligible_key(kind), digest)
        mended = mended + 1
      end
    end
    for _, digest in ipairs(kind and redis.call("ZRANGE", parked_tags_key(kind), 0, LANES_AT_ONCE - 1) or {}) do
      if not is_among(kind, redis.call("HGET", parked, digest) or "") then
        redis.call("ZREM", parked_tags_key(kind), digest)
        mended = mended + 1
      end
    end
    if kind then close_index(kind) end
  end
end
