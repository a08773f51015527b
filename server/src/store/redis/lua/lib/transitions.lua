-- The state machine's moves, each on a loaded record. Needs lib/changes.lua.

-- Spells a time out once: Redis would format it anew for each task that has it.
local texts = {}

local function text_of(number)
  local text = texts[number]
  if not text then
    text = string.format("%.0f", number)
    texts[number] = text
  end
  return text
end

-- Takes a task out of the index of the state it is in.
local function leave(id, r)
  if r.state == LEASED then
    change("ZREM", leases, id)
    change("SREM", held_key(r.session), id)
    r.session = ""
  elseif r.state == READY then
    change("ZREM", ready_key(kind_of(r)), id)
  elseif r.state == SCHEDULED then
    change("ZREM", scheduled, id)
  else
    change("ZREM", finals[r.state], id)
  end
end

-- A start deadline holds until the first lease or the end, whatever comes before.
local function drop_start_deadline(id, r)
  read_terms(r)
  if r.start > 0 and r.deliveries == 0 then change("ZREM", starts, id) end
end

local function to_ready(id, r)
  if r.state == LEASED then r.wait = now_ms - r.submitted end
  leave(id, r)
  r.state = READY
  add_ready(id, r)
  save(id, r)
end

local function to_scheduled(id, r, due)
  leave(id, r)
  r.state, r.wait = SCHEDULED, due - r.submitted
  change("ZADD", scheduled, text_of(due), id)
  save(id, r)
end

local function to_final(id, r, state)
  leave(id, r)
  drop_start_deadline(id, r)
  r.state, r.finished = state, now_ms
  r.purge = math.max(now_ms + r.retention, r.submitted + r.window)
  change("ZADD", finals[state], text_of(r.purge), id)
  save(id, r)
  r.details = r.details - bit.band(r.details, WATCHED)
end

-- Tells the session of a lease that it is over. One whose ttl passed may yet be taken up again.
local function notify(id, r, cause, reason)
  if redis.call("ZSCORE", sessions, r.session) then
    change("RPUSH", notices_key(r.session), struct.pack("<I7B", r.token, cause) .. id .. reason)
    hint_sessions[r.session] = true
  end
end
