-- What a record says that never changes, but for the place of a task that is redriven: score, submitted,
-- and the terms as the client packed them: the bounds (timeout, retention, flags), the payload's bytes,
-- max_attempts, max_crashes, the rare terms that the flags announce, and the spec.
-- Needs lib/terms.lua.
local SUBMITTED_AT, RETENTION_AT, MAX_ATTEMPTS_AT = 8, 25, 35
-- How many places there are in each priority (lib/places.lua).
local BAND = 9e14
-- What begins the line of a type's suspects.
local SUSPECT = "@!"

local function score_of(r)
  return (struct.unpack("<I7", r.raw))
end

local function submitted_of(r)
  return (struct.unpack("<I6", r.raw, SUBMITTED_AT))
end

local function set_due(r, due)
  r.wait = math.max(due - submitted_of(r), 0)
end

local function timeout_of(r)
  return (struct.unpack("<I4", r.raw, TERMS_AT))
end

local function payload_bytes_of(r)
  return (struct.unpack("<I4", r.raw, FLAGS_AT + 1))
end

local function max_attempts_of(r)
  return string.byte(r.raw, MAX_ATTEMPTS_AT)
end

local function max_crashes_of(r)
  return string.byte(r.raw, MAX_CRASHES_AT)
end

-- When a task that is final may be forgotten. One that died says for how long it is kept at least, unless it
-- died before that was so.
local function purge_of(r)
  local retention, flags = struct.unpack("<I5B", r.raw, RETENTION_AT)
  if r.state == DEAD and #r.result > 0 then
    retention = math.max(retention, (struct.unpack("<I5", r.result)))
  end
  local purge = r.finished + retention
  if flags % 2 == 0 then return purge end
  local _, window = rare_terms(r.raw, FLAGS_AT)
  return math.max(purge, submitted_of(r) + window)
end

-- The spec's head follows its length and is JSON that begins with what the task is leased by: its type,
-- or @ and the only session that may lease it (spec-codec.ts); empty where that is damaged.
local function kind_of(r)
  if not r.kind then
    r.kind = string.match(r.raw, '^....{"t":"([%w@._-]+)"', (rare_terms(r.raw, FLAGS_AT))) or DAMAGED
  end
  return r.kind
end

-- Whose line a task waits in: that of its kind, or of the suspects of its type (domain/crashes.ts).
local function line_kind_of(r)
  local kind = kind_of(r)
  local is_suspect = r.crashes > 0 and r.crashes >= math.min(2, max_crashes_of(r) - 1)
  local is_of_type = kind ~= DAMAGED and string.sub(kind, 1, 1) ~= "@"
  return is_suspect and is_of_type and SUSPECT .. kind or kind
end
