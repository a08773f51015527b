#!lua flags=allow-oom
-- Makes DEAD tasks READY with all their attempts and crashes again.
-- ARGV[5] before    only tasks that ended before this time; empty for all
-- ARGV[6...] id
-- RETURNS {"ok", hint, outcome, state, ...}; outcome: "ok", "not_dead", "later", "not_found"
-- GUARANTEES G5
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/places.lua

local before, ids = tonumber(ARGV[5]) or math.huge, {unpack(ARGV, 6)}
local records = load_records(ids)

-- Puts a task at the end of its priority's line; one of an ordering key comes before those that have not begun.
local function move_back(id, r)
  local _, order = keys_of(r)
  if order then return end
  local score = score_of(r)
  r.raw = struct.pack("<I7", score - score % BAND + place_of(now_ms)) .. string.sub(r.raw, SUBMITTED_AT)
  change("HSET", tasks, id, r.raw)
end

local function redrive(id, r)
  move_back(id, r)
  set_due(r, now_ms)
  r.attempt, r.crashes, r.finished, r.result = 0, 0, 0, nil
  to_ready(id, r)
end

local reply, is_any = {"ok", ""}, false
for _, id in ipairs(ids) do
  local r = records[id]
  local outcome = "ok"
  if not r then
    outcome = "not_found"
  elseif r.state == DEAD and r.finished >= before then
    outcome = "later"
  elseif r.state == DEAD then
    redrive(id, r)
    is_any = true
  else
    outcome = "not_dead"
  end
  reply[#reply + 1] = outcome
  reply[#reply + 1] = r and r.state or 0
end
if is_any then save_places() end
reply[2] = finish_changes()
return reply
