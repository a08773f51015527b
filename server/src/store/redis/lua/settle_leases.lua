#!lua flags=allow-oom
-- Ends leases, each fenced by its token.
-- ARGV[5] ids
-- ARGV[6] items: 2 parts an item: ending, detail
--   ending: token, kind (lib/record.lua; a time out is the dispatcher's own), dies (1 where no attempt
--   may follow), delay ms
--   detail: the result of what is complete, the failure of what failed or timed out
-- RETURNS {"ok", hint, outcomes}; an item: a letter and the state's digit (0 for none)
--   o (ok), r (repeat), s (stale), n (not found)
-- GUARANTEES G4 G5 G7
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/items.lua

local ITEM = "<I4I7BBI6" .. PART
local TIMED_OUT = 2
local DIGITS = {[0] = "0", "1", "2", "3", "4", "5", "6", "7"}

local ids, items, at = ids_of(ARGV[5]), ARGV[6], 1
local records = load_records(ids)

-- No session has a task that is final, and a field of its own costs more than the rest of a small one.
local function put_result(id, r, result)
  if #result <= MAX_RUN_RESULT_BYTES then
    r.session = result
  else
    put_detail(id, r, RESULT, result)
  end
end

local function settle(id, r, kind, dies, delay, detail)
  if kind == TIME_OUT then notify(id, r, TIMED_OUT, "") end
  if kind == COMPLETE then
    to_final(id, r, SUCCEEDED)
    put_result(id, r, detail)
    put_detail(id, r, CHECKPOINT, "")
  else
    if kind == RELEASE then
      r.attempt = r.attempt - 1
    else
      put_detail(id, r, FAILURE, detail)
    end
    local is_spent = kind ~= RELEASE and r.attempt >= max_attempts_of(r)
    if dies == 1 or is_spent then
      to_final(id, r, DEAD)
    elseif delay > 0 then
      to_scheduled(id, r, now_ms + delay)
    else
      to_ready(id, r)
    end
  end
  r.ended = settled(kind, r.state)
end

local outcomes = {}
for i = 1, #ids do
  local id = ids[i]
  local r, outcome, state = records[id], "s", 0
  local _, token, kind, dies, delay, detail
  _, token, kind, dies, delay, detail, at = struct.unpack(ITEM, items, at)
  if not r then
    outcome = "n"
  elseif r.token == token then
    local is_late_completion = kind == COMPLETE and r.state == READY and r.ended == RECLAIMED
    if r.state == LEASED or is_late_completion then
      settle(id, r, kind, dies, delay, detail)
      outcome, state = "o", r.state
    elseif math.floor(r.ended / 8) == kind then
      outcome, state = "r", r.ended % 8
    end
  end
  outcomes[2 * i - 1], outcomes[2 * i] = outcome, DIGITS[state]
end
return {"ok", finish_changes(), table.concat(outcomes)}
