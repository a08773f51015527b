#!lua flags=allow-oom
-- Ends leases, each fenced by its token.
-- ARGV[5] items: 5 parts an item: id, token, action, delay ms, detail
--   action: complete, retry, die, release; after "timeout_": the dispatcher's own retry or die
--   detail: the result of complete, the failure of retry and die
-- RETURNS {"ok", hint, outcomes}; an item: a letter and the state's digit (0 for none)
--   o (ok), r (repeat), s (stale), n (not found)
-- GUARANTEES G4 G5 G7
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/terms.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/items.lua

local KINDS = {
  complete = COMPLETE, retry = FAIL, die = FAIL, timeout_retry = TIME_OUT, timeout_die = TIME_OUT,
  release = RELEASE,
}
local DEATHS = {die = true, timeout_die = true}
local TIMED_OUT = 2

local parts, ids = parts_of(ARGV[5], 5), {}
for at = 1, #parts, 5 do ids[#ids + 1] = parts[at] end
local records = load_records(ids)

local function settle(id, r, action, delay, detail)
  if KINDS[action] == TIME_OUT then notify(id, r, TIMED_OUT, "") end
  if action == "complete" then
    to_final(id, r, SUCCEEDED)
    put_detail(id, r, RESULT, detail)
    put_detail(id, r, CHECKPOINT, "")
  else
    if action ~= "release" then put_detail(id, r, FAILURE, detail) end
    if action == "release" then r.attempt = r.attempt - 1 end
    local is_spent = DEATHS[action] or action ~= "release" and r.attempt >= r.max_attempts
    if is_spent then
      to_final(id, r, DEAD)
    elseif delay > 0 then
      to_scheduled(id, r, now_ms + delay)
    else
      to_ready(id, r)
    end
  end
  r.ended = settled(KINDS[action], r.state)
end

local outcomes = {}
for i, id in ipairs(ids) do
  local at = i * 5 - 4
  local r, token, action = records[id], tonumber(parts[at + 1]), parts[at + 2]
  local outcome, state = "s", 0
  if not r then
    outcome = "n"
  elseif r.token == token then
    local is_late_completion = action == "complete" and r.state == READY and r.ended == RECLAIMED
    if r.state == LEASED or is_late_completion then
      settle(id, r, action, tonumber(parts[at + 3]), parts[at + 4])
      outcome, state = "o", r.state
    elseif math.floor(r.ended / 8) == KINDS[action] then
      outcome, state = "r", r.ended % 8
    end
  end
  outcomes[i] = outcome .. state
end
return {"ok", finish_changes(), table.concat(outcomes)}
