#!lua flags=allow-oom
-- Makes SCHEDULED tasks READY before their time.
-- ARGV[5] since     only tasks that were neither submitted nor leased at this time or later; empty for all
-- ARGV[6...] id
-- RETURNS {"ok", hint, outcome, state, ...}; outcome: "ok", "not_scheduled", "later", "not_found"
-- GUARANTEES G8 G9
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/places.lua

local since, ids = tonumber(ARGV[5]) or math.huge, {unpack(ARGV, 6)}
local records = load_records(ids)

-- Has a task that was never leased be first due now.
local function move_up(id, r)
  local score = score_of(r)
  r.raw = struct.pack("<I7", score - score % BAND + place_of(now_ms)) .. string.sub(r.raw, SUBMITTED_AT)
  change("HSET", tasks, id, r.raw)
  if has(r, STARTS) then
    local _, _, start = rare_terms(r.raw, FLAGS_AT)
    change("ZADD", starts, text_of(now_ms + start), id)
  end
end

local function run_now(id, r)
  if r.token == 0 then move_up(id, r) end
  set_due(r, now_ms)
  to_ready(id, r)
end

local reply, is_any = {"ok", ""}, false
for _, id in ipairs(ids) do
  local r = records[id]
  local outcome = "ok"
  if not r then
    outcome = "not_found"
  elseif r.state ~= SCHEDULED then
    outcome = "not_scheduled"
  elseif math.max(submitted_of(r), r.started) >= since then
    outcome = "later"
  else
    run_now(id, r)
    is_any = true
  end
  reply[#reply + 1] = outcome
  reply[#reply + 1] = r and r.state or 0
end
if is_any then save_places() end
reply[2] = finish_changes()
return reply
