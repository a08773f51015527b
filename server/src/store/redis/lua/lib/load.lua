-- Reads records, and tells those that are damaged from those that are not. Needs lib/record.lua.

-- Without the rare terms, and with the length of a head.
local MIN_RECORD_BYTES = 40
-- The kind of what is READY and cannot say what it is leased by: every session may.
local DAMAGED = ""
-- By id, what was to be read and cannot be; it is among no records.
--@each call
local unreadable = {}
--@end

local function has(r, detail)
  return r.details ~= 0 and bit.band(r.details, detail) ~= 0
end

-- Whether every field of a record but its spec can be unpacked.
local function is_sound(raw)
  if #raw < MIN_RECORD_BYTES or string.byte(raw, STATE_AT) > EXPIRED then return false end
  local flags = string.byte(raw, FLAGS_AT)
  if flags == 0 then return true end
  local size = MIN_RECORD_BYTES + flags % 2 * 5 + (flags % 4 >= 2 and 5 or 0)
  -- The fingerprint's length stands before it, and behind it the digests and the length of the head.
  if flags % 8 >= 4 then size = size + 1 + (string.byte(raw, size - 3) or 0) end
  if flags >= 8 then size = size + (flags % 16 >= 8 and 16 or 0) + (flags >= 16 and 16 or 0) end
  return flags < 32 and #raw >= size
end

-- Whether every field of a run can be unpacked: it ends with worker, session and result.
local function is_sound_run(run)
  local state, at = string.byte(run), WORKER_IN_RUN
  for _ = 1, 3 do
    local size = string.byte(run, at)
    if not size then return false end
    at = at + 1 + size
  end
  return state >= SCHEDULED and state <= EXPIRED and at == #run + 1
end

-- When the attempt of a run that is LEASED runs out of time; nil of another.
local function due_of_attempt(run)
  if string.byte(run) ~= LEASED or not is_sound_run(run) then return nil end
  local started, _, _, _, _, timeout = struct.unpack("<I6BBI2I5I4", run, STARTED_IN_RUN)
  return started + timeout
end

-- Unpacks a record; nil where it is damaged, which makes it unreadable.
local function read_record(id, raw, run)
  local is_whole = is_sound(raw)
  if run then
    is_whole = is_whole and is_sound_run(run)
  else
    is_whole = is_whole and string.byte(raw, STATE_AT) ~= RAN
  end
  if is_whole then return unpack_record(raw, run) end
  unreadable[id] = {raw = "", details = 63, state = 0}
end

-- Reads what a hash has under some ids, false for what is not there.
local function load_packed(key, ids)
  local all = {}
  for from = 1, #ids, 1000 do
    local some = redis.call("HMGET", key, unpack(ids, from, math.min(from + 999, #ids)))
    if #ids <= 1000 then return some end
    for i = 1, #some do all[from + i - 1] = some[i] end
  end
  return all
end

-- Reads records, nil for what is not there or unreadable.
local function load_records(ids)
  local records, raws, ran = {}, load_packed(tasks, ids), load_packed(runs, ids)
  for i = 1, #ids do
    local id, raw = ids[i], raws[i]
    if raw and not records[id] then records[id] = read_record(id, raw, ran[i]) end
  end
  return records
end
