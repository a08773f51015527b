-- What a lease enters into the indexes and the reply. Needs lib/transitions.lua.

-- The reply, its ids and their number; then what the tasks of one apply() add to the indexes.
local granted, granted_ids, total = {"ok", "", "", 0, ""}, {}, 0
local deadlines, owned, written, count

local function begin_grants(session)
  deadlines, owned, written, count =
    new_command("ZADD", leases), new_command("SADD", held_key(session)), new_command("HSET", tasks), 0
end

local function enter(id, packed, timeout)
  local at = 2 * count + 3
  deadlines[at], deadlines[at + 1] = text_of(now_ms + timeout), id
  written[at], written[at + 1] = id, packed
  owned[count + 3] = id
  count, total = count + 1, total + 1
  granted_ids[total], granted[#granted + 1] = id, packed
end

-- Leases a task that was leased before or has details. Returns its record.
local function grant(id, r, session, worker)
  drop_start_deadline(id, r)
  r.state, r.token, r.ended = LEASED, math.max(r.token + 1, now_us), UNSETTLED
  r.attempt, r.deliveries, r.started = r.attempt + 1, math.min(r.deliveries + 1, 65535), now_ms
  r.session, r.worker = session, worker
  put_detail(id, r, PROGRESS, "")
  hint_change(id, r)
  return pack_record(r)
end
