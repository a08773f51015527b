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

local function unpack_record(raw)
  local r, run, at = {}, nil, nil
  r.state, r.details, r.attempt, r.crashes, r.max_attempts, r.max_crashes, r.deliveries, r.score,
    r.submitted, r.wait, r.timeout, r.retention, run, at = struct.unpack(HEAD, raw)
  if run > 0 then
    r.token, r.ended, r.started, r.finished, r.purge, r.session, r.worker =
      struct.unpack(RUN, raw, at)
  else
    r.token, r.ended, r.started, r.finished, r.purge, r.session, r.worker = 0, 0, 0, 0, 0, "", ""
  end
  r.body = string.sub(raw, at + run)
  return r
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

-- Reads the terms out of the body once.
local function read_terms(r)
  if r.kind then return end
  local flags, at = string.byte(r.body), 2
  r.window, r.start, r.fingerprint = 0, 0, ""
  if flags % 2 == 1 then r.window, at = struct.unpack("<I5", r.body, at) end
  if flags % 4 >= 2 then r.start, at = struct.unpack("<I5", r.body, at) end
  if flags >= 4 then r.fingerprint, at = struct.unpack("Bc0", r.body, at) end
  -- The spec's head follows its length and is JSON that begins with the type (spec-codec.ts).
  r.kind = string.match(r.body, '^....{"t":"([%w._-]+)"', at)
  r.payload_bytes = #r.body - at - 3 - struct.unpack(">I4", r.body, at)
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
