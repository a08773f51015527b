-- The packed record of a task, as record.ts reads it: what its end changes comes first, then what a lease
-- changes, then the body, which never changes but for the place of a task that is redriven (lib/body.lua).
local SCHEDULED, READY, LEASED, SUCCEEDED, DEAD, CANCELLED, EXPIRED = 1, 2, 3, 4, 5, 6, 7
-- session (of a SUCCEEDED task: its result, where that is small), ended, finished, worker, token, started,
-- attempt, crashes, deliveries
local RUN = "<Bc0BI6Bc0I7I6BBI2"
-- state, details, run, wait (from the submit to when it is due), body; a record before its first lease or
-- end has this byte in the place of a run
local RECORD = "<BB" .. string.sub(RUN, 2) .. "I5c0"
local NO_RUN, MAX_INLINE_RESULT_BYTES = 255, 100
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
  local state, bits, mark = string.byte(raw, 1, 3)
  local session, ended, finished, worker, token, started = "", 0, 0, "", 0, 0
  local attempt, crashes, deliveries, wait, at = 0, 0, 0, 0, 4
  if mark ~= NO_RUN then
    session, ended, finished, worker, token, started, attempt, crashes, deliveries, at =
      struct.unpack(RUN, raw, 3)
  end
  wait, at = struct.unpack("<I5", raw, at)
  return {
    state = state, details = bits, session = session, ended = ended, finished = finished,
    worker = worker, token = token, started = started, attempt = attempt, crashes = crashes,
    deliveries = deliveries, wait = wait, body = string.sub(raw, at), kind = false,
    packed = raw, is_dirty = false,
  }
end

local function pack_record(r)
  if r.token == 0 and r.finished == 0 then
    return struct.pack("<BBBI5c0", r.state, r.details, NO_RUN, r.wait, r.body)
  end
  return struct.pack(RECORD, r.state, r.details, #r.session, r.session, r.ended, r.finished, #r.worker,
    r.worker, r.token, r.started, r.attempt, r.crashes, r.deliveries, r.wait, r.body)
end

local band = bit.band

local function has(r, detail)
  return r.details ~= 0 and band(r.details, detail) ~= 0
end

local function detail_of(id, detail)
  return redis.call("HGET", details, id .. LETTERS[detail]) or ""
end

-- Reads packed records, false for what is not there.
local function load_packed(ids)
  local all = {}
  for from = 1, #ids, 1000 do
    local some = redis.call("HMGET", tasks, unpack(ids, from, math.min(from + 999, #ids)))
    if #ids <= 1000 then return some end
    for i = 1, #some do all[from + i - 1] = some[i] end
  end
  return all
end

-- Reads records, nil for what is not there.
local function load_records(ids)
  local records, all = {}, load_packed(ids)
  for i = 1, #ids do
    local id, raw = ids[i], all[i]
    if raw and not records[id] then records[id] = unpack_record(raw) end
  end
  return records
end
