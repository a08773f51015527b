#!lua flags=allow-oom
-- Leases READY tasks to a live session, best first.
-- ARGV[5] session
-- ARGV[6] stream         that takes the tasks
-- ARGV[7] worker
-- ARGV[8] limit          tasks
-- ARGV[9] max_bytes      of payload, but for the first task
-- ARGV[10] apart        1 for suspects only
-- ARGV[11...] types     "*" for every type
-- RETURNS {"ok", hint, pinned, left, ids, runs, damaged, record, detail...}; behind each id's record those of payload,
--   checkpoint and failure that are among its details
--   left: how many more it could lease
--   pinned: other sessions that have tasks of their own, and types with suspects behind a "!", spaces between
--   damaged: ids of tasks that cannot be read and were put off
--   runs: of how many tasks in turn (uint16), the run's length (uint16), the run; and so on
-- RETURNS {"session_gone", ""}, {"superseded", ""}
-- GUARANTEES G3 G7 G8 G16
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/indexes.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/due.lua
--@include lib/candidates.lua
--@include lib/items.lua
--@include lib/first_leases.lua
--@include lib/grants.lua

local session, stream, worker = ARGV[5], ARGV[6], ARGV[7]
local limit, max_bytes = tonumber(ARGV[8]), tonumber(ARGV[9])
local newest = stream_of(session)
if newest ~= stream then return {newest and "superseded" or "session_gone", ""} end
expire(500)
promote(500)
local kinds, pinned = kinds_for(session, ARGV[10] == "1", {unpack(ARGV, 11)})
local function take(id, r)
  if not r then return put_off(id) end
  if r.state ~= READY then return end
  if is_overdue(r) then return to_final(id, r, EXPIRED) end
  if is_too_much(payload_bytes_of(r), max_bytes) then return end
  enter(id, r.raw, grant(id, r, session, worker), timeout_of(r))
  for _, detail in ipairs({PAYLOAD, CHECKPOINT, FAILURE}) do
    if has(r, detail) then enter_detail(id, detail) end
  end
end

-- Returns whether it is a task's first lease, and plain.
local function take_first(id, raw)
  local run, timeout, size, is_apart = first_lease(raw, session, worker)
  if not run then return false end
  if not is_too_much(size, max_bytes) then
    enter(id, raw, run, timeout)
    if is_apart then enter_detail(id, PAYLOAD) end
  end
  return true
end

while total < limit and not is_full do
  local ids, kind_at = candidates(kinds, limit - total)
  if #ids == 0 then break end
  begin_grants(session)
  local raws, ran, taken = load_packed(tasks, ids), nil, {}
  for i = 1, #ids do
    local id, raw, kind = ids[i], raws[i], kind_at[i]
    if raw and not (is_sound(raw) and take_first(id, raw)) then
      ran = ran or load_packed(runs, ids)
      take(id, read_record(id, raw, ran[i]))
    end
    if is_full then break end
    taken[kind] = (taken[kind] or 0) + 1
  end
  leave_line(taken)
  apply()
end
granted[2], granted[3], granted[4] = finish_changes(), pinned(), ready_of(kinds)
finish_grants(session)
return granted
