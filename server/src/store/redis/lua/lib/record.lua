-- A task is two packed records, as record.ts reads them, so that what happens to it does not rewrite what
-- it is. The record is written by the submit: place in the queue (score), submitted, state, details, wait
-- (from the submit to when it is due), and the terms (lib/body.lua). The run comes with the first lease or
-- end, and says from then on in the record's stead what the state, the details and the wait are. The record
-- of a task that waits and has a run says so in the place of the state (RAN), for a lease to read no run
-- where there is none.
local RAN, SCHEDULED, READY, LEASED, SUCCEEDED, DEAD, CANCELLED, EXPIRED = 0, 1, 2, 3, 4, 5, 6, 7
local STATE_AT, TERMS_AT, FLAGS_AT, ID_BYTES = 14, 21, 30, 12
-- state, details, ended, token, finished, started, attempt, crashes, deliveries, wait, the bounds (the first
-- of the terms), worker, the session that has the newest lease or had it, the result where that is small;
-- of a DEAD task the retention of the dead, as it was when it died, is in the result's place
local RUN = "<BBBI7I6I6BBI2I5c10Bc0Bc0Bc0"
local STARTED_IN_RUN, BOUNDS_IN_RUN, WORKER_IN_RUN, BOUNDS_BYTES = 17, 32, 42, 10
local MAX_INLINE_RESULT_BYTES = 100
-- Which details a task has, by bit, and the letter that ends their field's name; the last two have no
-- field: somebody watches the task, and it is in the index of start deadlines.
local PAYLOAD, RESULT, FAILURE, PROGRESS, CHECKPOINT, REASON = 1, 2, 4, 8, 16, 32
local WATCHED, STARTS = 64, 128
local LETTERS = {[1] = "s", [2] = "r", [4] = "f", [8] = "p", [16] = "c", [32] = "x"}
-- Of the field of its past attempts (lib/past.lua), which no bit announces.
local PAST = "h"
-- How the newest lease ended: not by a settlement that may be repeated, by a reclaim, or (from 8 on)
-- by a settlement, as its kind times 8 plus the state that it led to.
local UNSETTLED, RECLAIMED = 0, 1
local COMPLETE, FAIL, TIME_OUT, RELEASE = 1, 2, 3, 4

local function settled(kind, state)
  return kind * 8 + state
end

-- One constructor with every field but the result, which few have: 16 at most, so that Lua sizes the table
-- once and small.
local function unpack_record(raw, run)
  local state, bits, wait = 0, 0, 0
  local ended, token, finished, started, attempt, crashes, deliveries = 0, 0, 0, 0, 0, 0, 0
  local worker, session, result, _ = "", ""
  if run then
    state, bits, ended, token, finished, started, attempt, crashes, deliveries, wait, _, worker, session,
      result = struct.unpack(RUN, run)
  else
    state, bits, wait = struct.unpack("<BBI5", raw, STATE_AT)
  end
  local r = {
    state = state, details = bits, session = session, ended = ended, finished = finished,
    worker = worker, token = token, started = started, attempt = attempt, crashes = crashes,
    deliveries = deliveries, wait = wait, raw = raw, run = run, kind = false, is_dirty = false,
  }
  if state == SUCCEEDED or state == DEAD then r.result = result end
  return r
end

local function pack_run(r)
  local bounds, result = string.sub(r.raw, TERMS_AT, TERMS_AT + BOUNDS_BYTES - 1), r.result or ""
  return struct.pack(RUN, r.state, r.details, r.ended, r.token, r.finished, r.started, r.attempt, r.crashes,
    r.deliveries, r.wait, bounds, #r.worker, r.worker, #r.session, r.session, #result, result)
end

-- Packs what has changed. Returns the key that it belongs to, and the bytes.
local function pack_record(r)
  if r.run or r.token > 0 or r.finished > 0 then
    r.run = pack_run(r)
    return runs, r.run
  end
  r.raw = string.sub(r.raw, 1, STATE_AT - 1) .. struct.pack("<BBI5", r.state, r.details, r.wait)
    .. string.sub(r.raw, TERMS_AT)
  return tasks, r.raw
end

-- Whether a task may have past attempts that are kept: not where it was leased once and runs still or succeeded.
local function may_have_past(r)
  local is_first = r.deliveries == 1 and r.attempt == 1 and (r.state == LEASED or r.state == SUCCEEDED)
  return r.deliveries ~= 0 and not is_first
end
