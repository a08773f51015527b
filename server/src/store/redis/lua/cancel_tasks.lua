#!lua flags=allow-oom
-- Cancels tasks that are not final; a lease of theirs is over at once, and its session told. What cannot be
-- read is forgotten: nothing could be kept of it.
-- ARGV[5...] 2 an item: id, reason
-- RETURNS {"ok", hint, outcome, state, ...}; outcome: "ok", "repeated", "final", "not_found"
-- GUARANTEES G4 G5
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/forgetting.lua

local CANCEL = 1

local ids = {}
for at = 5, #ARGV, 2 do ids[#ids + 1] = ARGV[at] end
local records = load_records(ids)

local function cancel(id, r, reason)
  if r.state == LEASED then
    notify(id, r, CANCEL, reason)
    r.ended = UNSETTLED
  end
  put_detail(id, r, REASON, reason)
  to_final(id, r, CANCELLED)
end

local reply = {"ok", ""}
for i, id in ipairs(ids) do
  local r = records[id]
  local outcome = "ok"
  if unreadable[id] then
    forget_unreadable(id)
  elseif not r then
    outcome = "not_found"
  elseif r.state < SUCCEEDED then
    cancel(id, r, ARGV[4 + i * 2])
  else
    outcome = r.state == CANCELLED and "repeated" or "final"
  end
  reply[#reply + 1] = outcome
  reply[#reply + 1] = r and r.state or 0
end
reply[2] = finish_changes()
return reply
