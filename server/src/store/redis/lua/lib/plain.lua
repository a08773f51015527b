-- Shortcuts of what most tasks go through, from packed record to packed record: a Lua table for each costs
-- more than all that Redis does with it. What is not plain takes the way round by lib/transitions.lua.
-- Needs lib/record.lua and lib/body.lua.

-- What a record without details begins with before its first lease; the wait and the body follow.
local FRESH = string.char(READY, 0, NO_RUN)
local WAIT_BYTES = 5
local FRESH_BODY_AT = #FRESH + WAIT_BYTES + 1
local FRESH_SIZE_AT = FRESH_BODY_AT + PAYLOAD_BYTES_AT - 1
-- From the token on every field is in its place again.
local BODY_FROM_TOKEN = 7 + 6 + 1 + 1 + 2 + WAIT_BYTES
local RETENTION_FROM_TOKEN = BODY_FROM_TOKEN + RETENTION_AT - 1

-- What comes in the place of FRESH when a task is leased.
local function pack_first_lease(session, worker)
  return string.char(LEASED, 0) .. struct.pack(RUN, #session, session, UNSETTLED, 0, #worker, worker,
    now_us, now_ms, 1, 0, 1)
end

-- Returns the session of a lease that has this token and no details but a payload, when to purge its task
-- if it ends now, where its record says what comes behind the end, and the details; nil where it is not
-- so plain.
local function plain_lease(raw, token)
  local state, bits, session_bytes = string.byte(raw, 1, 3)
  if state ~= LEASED or bits > PAYLOAD then return nil end
  local worker_at = session_bytes + 11
  local token_at = worker_at + 1 + string.byte(raw, worker_at)
  if struct.unpack("<I7", raw, token_at) ~= token then return nil end
  local retention, flags = struct.unpack("<I5B", raw, token_at + RETENTION_FROM_TOKEN)
  if flags % 2 == 1 then return nil end
  return string.sub(raw, 4, 3 + session_bytes), now_ms + retention, worker_at, bits
end
