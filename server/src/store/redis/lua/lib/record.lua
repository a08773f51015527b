-- The packed record of a task, as record.ts reads it: head, run (empty before the first lease or end),
-- body. Transitions change the head and the run. The body never changes, but for the place of a task
-- that is redriven; lib/body.lua reads out of it what few of them ask for.
local SCHEDULED, READY, LEASED, SUCCEEDED, DEAD, CANCELLED, EXPIRED = 1, 2, 3, 4, 5, 6, 7
-- state, details, attempt, crashes, deliveries, wait (from the submit to when it is due), length of the run
local HEAD = "<BBBBI2I5B"
-- token, ended, started, finished, session (of a SUCCEEDED task: its result, where that is small),
-- worker; with the longest worker's name they fit in the 255 bytes that the head can tell of
local RUN = "<I7BI6I6Bc0Bc0"
local RUN_FIXED_BYTES, MAX_RUN_RESULT_BYTES = 22, 100
-- A record without a run, and one with it.
local UNSTARTED, STARTED = HEAD .. "c0", HEAD .. string.sub(RUN, 2) .. "c0"
-- Which details a task has, by bit, and the letter that ends their field's name; the last two have no
-- field: somebody watches the task, and it is in the index of start deadlines.
local PAYLOAD, RESULT, FAILURE, PROGRESS, CHECKPOINT, REASON = 1, 2, 4, 8, 16, 32
local WATCHED, STARTS = 64, 128
local LETTERS = {[1] = "s", [2] = "r", [4] = "f", [8] = "p", [16] = "c", [32] = "x"}
-- How the newest lease ended: not by a settlement that may be repeated, by a reclaim, or (from 8 on)
-- by a settlement, as its kind times 8 plus the state that it led to.
local UNSETTLED, RECLAIMED = 0, 1
local COMPLETE, FAIL, TIME_OUT, RELEASE = 1, 2, 3, 4

local function settled(kind, state)
  return kind * 8 + state
end

-- One constructor with every field, 16 at most, so that Lua sizes the table once and small.
local function unpack_record(raw)
  local state, bits, attempt, crashes, deliveries, wait, run, at = struct.unpack(HEAD, raw)
  local token, ended, started, finished, session, worker = 0, 0, 0, 0, "", ""
  if run > 0 then
    token, ended, started, finished, session, worker, at = struct.unpack(RUN, raw, at)
  end
  return {
    state = state, details = bits, attempt = attempt, crashes = crashes, deliveries = deliveries,
    wait = wait, token = token, ended = ended, started = started, finished = finished,
    session = session, worker = worker, body = string.sub(raw, at), kind = false,
    packed = raw, is_dirty = false,
  }
end

local function pack_record(r)
  if r.token == 0 and r.finished == 0 then
    return struct.pack(UNSTARTED, r.state, r.details, r.attempt, r.crashes, r.deliveries, r.wait, 0,
      r.body)
  end
  local session, worker = r.session, r.worker
  return struct.pack(STARTED, r.state, r.details, r.attempt, r.crashes, r.deliveries,
    r.wait, RUN_FIXED_BYTES + #session + #worker, r.token, r.ended, r.started, r.finished,
    #session, session, #worker, worker, r.body)
end

local band = bit.band

local function has(r, detail)
  return r.details ~= 0 and band(r.details, detail) ~= 0
end

local function detail_of(id, detail)
  return redis.call("HGET", details, id .. LETTERS[detail]) or ""
end

-- Reads records, nil for what is not there.
local function load_records(ids)
  local records = {}
  for from = 1, #ids, 1000 do
    local raws = redis.call("HMGET", tasks, unpack(ids, from, math.min(from + 999, #ids)))
    for i = 1, #raws do
      local id, raw = ids[from + i - 1], raws[i]
      if raw and not records[id] then records[id] = unpack_record(raw) end
    end
  end
  return records
end
