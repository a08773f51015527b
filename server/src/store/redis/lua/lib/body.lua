-- What the body of a record says: submitted, the place in the queue (score), then the terms as the client
-- packed them: max_attempts, max_crashes, the payload's bytes (0 where it lies in the details, being
-- large), timeout, retention, flags, the rare terms that the flags announce, and the spec.
-- Needs lib/record.lua.
local SCORE_AT, MAX_ATTEMPTS_AT, MAX_CRASHES_AT, PAYLOAD_BYTES_AT, RETENTION_AT = 7, 14, 15, 16, 22
local TERMS_AT, FLAGS_AT, SIZE_AND_TIMEOUT = 14, 27, "<I2I4"

local function score_of(r)
  return (struct.unpack("<I7", r.body, SCORE_AT))
end

local function submitted_of(r)
  return (struct.unpack("<I6", r.body))
end

local function payload_bytes_of(r)
  return (struct.unpack(SIZE_AND_TIMEOUT, r.body, PAYLOAD_BYTES_AT))
end

local function timeout_of(r)
  local _, timeout = struct.unpack(SIZE_AND_TIMEOUT, r.body, PAYLOAD_BYTES_AT)
  return timeout
end

local function max_attempts_of(r)
  return string.byte(r.body, MAX_ATTEMPTS_AT)
end

local function max_crashes_of(r)
  return string.byte(r.body, MAX_CRASHES_AT)
end

-- Returns where the spec begins, then the rare terms: window, start deadline, fingerprint.
local function rare_terms(bytes, flags_at)
  local flags, at = string.byte(bytes, flags_at), flags_at + 1
  local window, start, fingerprint = 0, 0, ""
  if flags == 0 then return at, window, start, fingerprint end
  if flags % 2 == 1 then window, at = struct.unpack("<I5", bytes, at) end
  if flags % 4 >= 2 then start, at = struct.unpack("<I5", bytes, at) end
  if flags >= 4 then fingerprint, at = struct.unpack("Bc0", bytes, at) end
  return at, window, start, fingerprint
end

-- When a task that is final may be forgotten.
local function purge_of(r)
  local retention, flags = struct.unpack("<I5B", r.body, RETENTION_AT)
  local purge = r.finished + retention
  if flags % 2 == 0 then return purge end
  local _, window = rare_terms(r.body, FLAGS_AT)
  return math.max(purge, submitted_of(r) + window)
end

-- The spec's head follows its length and is JSON that begins with what the task is leased by: its type,
-- or @ and the only session that may lease it (spec-codec.ts).
local function kind_of(r)
  if not r.kind then
    r.kind = string.match(r.body, '^....{"t":"([%w@._-]+)"', (rare_terms(r.body, FLAGS_AT)))
  end
  return r.kind
end

-- Puts a task at the end of its priority's line.
local function set_score(r, score)
  r.body = string.sub(r.body, 1, SCORE_AT - 1) .. struct.pack("<I7", score) .. string.sub(r.body, TERMS_AT)
end
