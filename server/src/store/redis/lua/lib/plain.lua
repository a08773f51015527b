-- Shortcuts of what most tasks go through: a Lua table for each, or a long string, costs more than all that
-- Redis does with it. The runs of tasks that are leased or end together are one string, and Lua knows equal
-- strings for the same one, so that a run is looked into once for all that have it. What is not plain
-- takes the way round by lib/transitions.lua.
-- Needs lib/record.lua.

-- The part of a record that decides about its first lease: state, details, wait, bounds; and then the
-- payload's bytes.
local HEAD_AND_SIZE = "<c17I4"

-- What a first lease makes of a head: the run, then the timeout; nil where it is not so plain.
local function first_lease(head, session, worker)
  local state, bits = string.byte(head, 1, 2)
  if state ~= READY or bits > PAYLOAD then return nil end
  local run = struct.pack("<BBBI7I6I6BBI2", LEASED, bits, UNSETTLED, now_us, 0, now_ms, 1, 0, 1)
    .. string.sub(head, 3) .. struct.pack("Bc0Bc0", #worker, worker, #session, session)
  return run, (struct.unpack("<I4", head, 8))
end

-- Returns what a run becomes that has this token and no details but a payload and ends now with this
-- result, the session, and when to purge the task; nil where it is not so plain.
local function plain_end(run, token, result)
  local state, bits, _, run_token = struct.unpack("<BBBI7", run)
  if state ~= LEASED or bits > PAYLOAD or run_token ~= token then return nil end
  local _, retention, flags = struct.unpack("<I4I5B", run, BOUNDS_IN_RUN)
  if flags % 2 == 1 then return nil end
  local session_at = WORKER_IN_RUN + 1 + string.byte(run, WORKER_IN_RUN)
  local ended = struct.pack("<BBBI7I6", SUCCEEDED, bits, settled(COMPLETE, SUCCEEDED), token, now_ms)
    .. string.sub(run, STARTED_IN_RUN, session_at - 1) .. string.char(#result) .. result
  return ended, string.sub(run, session_at + 1), now_ms + retention
end
