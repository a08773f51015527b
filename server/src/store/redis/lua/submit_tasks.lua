#!lua
-- Stores the tasks that are not there yet.
-- ARGV[5] items: 4 parts an item: id, plan, body, payload (empty where the body holds it)
--   plan: due kind (0 now, 1 after ms, 2 at epoch ms), due, priority, max attempts, max crashes,
--   attempt timeout ms, retention ms
-- RETURNS {"ok", hint, outcomes}; a letter an item: c (created), k (known), r (reused)
-- GUARANTEES G1 G2 G8
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/terms.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/places.lua
--@include lib/items.lua

local PLAN = "<BI6BBBI4I5"

local parts, ids = parts_of(ARGV[5], 4), {}
for at = 1, #parts, 4 do ids[#ids + 1] = parts[at] end
local records = load_records(ids)

local function create(id, plan, body, payload)
  local due_kind, due, priority, max_attempts, max_crashes, timeout, retention =
    struct.unpack(PLAN, plan)
  if due_kind == 1 then due = now_ms + due end
  if due_kind == 0 or due < now_ms then due = now_ms end
  local r = {
    state = READY, details = 0, attempt = 0, crashes = 0, max_attempts = max_attempts,
    max_crashes = max_crashes, deliveries = 0, score = (9 - priority) * BAND + place_of(due), submitted = now_ms,
    wait = due - now_ms, timeout = timeout, retention = retention, body = body,
    token = 0, ended = UNSETTLED, started = 0, finished = 0, purge = 0, session = "", worker = "",
    window = 0, start = 0, fingerprint = "", kind = false, spec_at = false,
  }
  read_terms(r)
  put_detail(id, r, PAYLOAD, payload)
  if r.start > 0 then change("ZADD", starts, due + r.start, id) end
  if due > now_ms then
    r.state = SCHEDULED
    change("ZADD", scheduled, due, id)
  else
    add_ready(id, r)
  end
  save(id, r)
  return r
end

local outcomes, created = {}, false
for i, id in ipairs(ids) do
  local at = i * 4 - 3
  local known = records[id]
  if known then
    local fresh = {body = parts[at + 2], fingerprint = ""}
    read_terms(known)
    read_terms(fresh)
    outcomes[i] = known.fingerprint == fresh.fingerprint and "k" or "r"
  else
    records[id] = create(id, parts[at + 1], parts[at + 2], parts[at + 3])
    outcomes[i], created = "c", true
  end
end
if created then save_places() end
return {"ok", finish_changes(), table.concat(outcomes)}
