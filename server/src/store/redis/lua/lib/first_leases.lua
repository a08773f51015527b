-- The first lease of a task, as most are: Lua would spend more on a table for each, or on a long string, than
-- Redis does on all the rest. Needs lib/record.lua.

-- The part of a record that decides about it: state, details, wait, bounds; and then the payload's bytes.
local HEAD_AND_SIZE = "<c17I4"
-- By that part: the run, false where it is not so plain; the timeout. One string for all that are alike.
--@each call
local first_runs, timeouts = {}, {}
--@end

local function first_run(head, session, worker)
  local state, bits = string.byte(head, 1, 2)
  if state ~= READY or bits > PAYLOAD then return false end
  return struct.pack("<BBBI7I6I6BBI2", LEASED, bits, UNSETTLED, now_us, 0, now_ms, 1, 0, 1)
    .. string.sub(head, 3) .. struct.pack("Bc0Bc0B", #worker, worker, #session, session, 0)
end

-- Returns the run of a task that no session had before and that has no details but a payload, its timeout,
-- the payload's bytes, and whether they lie apart; false where it is another.
local function first_lease(raw, session, worker)
  local head, size = struct.unpack(HEAD_AND_SIZE, raw, STATE_AT)
  local run = first_runs[head]
  if run == nil then
    run = first_run(head, session, worker)
    first_runs[head], timeouts[head] = run, struct.unpack("<I4", head, 8)
  end
  return run, timeouts[head], size, string.byte(head, 2) == PAYLOAD
end
