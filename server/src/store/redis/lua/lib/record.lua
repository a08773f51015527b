-- The packed record of a task, as record.ts reads it: head, run (empty before the first lease or end),
-- body. The body never changes: flags, the rare terms they announce, then the spec, whose payload
-- lies in the details where it is large.
local SCHEDULED, READY, LEASED, SUCCEEDED, DEAD, CANCELLED, EXPIRED = 1, 2, 3, 4, 5, 6, 7
-- state, details, attempt, crashes, max_attempts, max_crashes, deliveries, score, submitted, wait (from
-- the submit to when it is due), timeout, retention, length of the run
local HEAD = "<BBBBBBI2I7I6I5I4I5B"
-- token, ended, started, finished, purge, session, worker
local RUN = "<I7BI6I6I6Bc0Bc0"
-- Which details a task has, by bit, and the letter that ends their field's name.
local PAYLOAD, RESULT, FAILURE, PROGRESS, CHECKPOINT, REASON, WATCHED = 1, 2, 4, 8, 16, 32, 64
local LETTERS = {[1] = "s", [2] = "r", [4] = "f", [8] = "p", [16] = "c", [32] = "x"}
-- How the newest lease ended: not by a settlement that may be repeated, by a reclaim, or (from 8 on)
-- by a settlement, as its kind times 8 plus the state that it led to.
local UNSETTLED, RECLAIMED = 0, 1
local COMPLETE, FAIL, TIME_OUT, RELEASE = 1, 2, 3, 4

local function settled(kind, state)
  return kind * 8 + state
end

-- One constructor with every field, so that Lua sizes the table once.
local function unpack_record(raw)
  local state, bits, attempt, crashes, max_attempts, max_crashes, deliveries, score, submitted, wait,
    timeout, retention, run, at = struct.unpack(HEAD, raw)
  local token, ended, started, finished, purge, session, worker = 0, 0, 0, 0, 0, "", ""
  if run > 0 then
    token, ended, started, finished, purge, session, worker = struct.unpack(RUN, raw, at)
  end
  return {
    state = state, details = bits, attempt = attempt, crashes = crashes,
    max_attempts = max_attempts, max_crashes = max_crashes, deliveries = deliveries, score = score,
    submitted = submitted, wait = wait, timeout = timeout, retention = retention,
    token = token, ended = ended, started = started, finished = finished, purge = purge,
    session = session, worker = worker, body = string.sub(raw, at + run),
    window = 0, start = 0, fingerprint = "", kind = false, spec_at = false,
    packed = false,
  }
end

local function pack_record(r)
  local run = ""
  if r.token > 0 or r.finished > 0 then
    run = struct.pack(RUN, r.token, r.ended, r.started, r.finished, r.purge,
      #r.session, r.session, #r.worker, r.worker)
  end
  return struct.pack(HEAD, r.state, r.details, r.attempt, r.crashes, r.max_attempts, r.max_crashes,
    math.min(r.deliveries, 65535), r.score, r.submitted, math.max(r.wait, 0), r.timeout,
    r.retention, #run) .. run .. r.body
end

local function has(r, detail)
  return bit.band(r.details, detail) ~= 0
end

-- Reads records, nil for what is not there.
local function load_records(ids)
  local records = {}
  for from = 1, #ids, 1000 do
    local raws = redis.call("HMGET", tasks, unpack(ids, from, math.min(from + 999, #ids)))
    for i, raw in ipairs(raws) do
      local id = ids[from + i - 1]
      if raw and not records[id] then records[id] = unpack_record(raw) end
    end
  end
  return records
end
