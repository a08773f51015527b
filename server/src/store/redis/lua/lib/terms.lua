-- What few tasks' terms say, behind the flags that announce it. Needs lib/record.lua.
local MAX_CRASHES_AT = 36

-- Returns where the spec begins, then the rare terms: window, start deadline, fingerprint, and the digests of the
-- concurrency key and of the ordering key, false where there is none.
local function rare_terms(bytes, flags_at)
  local flags, at = string.byte(bytes, flags_at), flags_at + MAX_CRASHES_AT - FLAGS_AT + 1
  local window, start, fingerprint = 0, 0, ""
  if flags == 0 then return at, window, start, fingerprint end
  if flags % 2 == 1 then window, at = struct.unpack("<I5", bytes, at) end
  if flags % 4 >= 2 then start, at = struct.unpack("<I5", bytes, at) end
  if flags % 8 >= 4 then fingerprint, at = struct.unpack("Bc0", bytes, at) end
  if flags < 8 then return at, window, start, fingerprint end
  local key, order = false, false
  if flags % 16 >= 8 then key, at = struct.unpack("c16", bytes, at) end
  if flags >= 16 then order, at = struct.unpack("c16", bytes, at) end
  return at, window, start, fingerprint, key, order
end

-- Returns the digests of a task's concurrency key and of its ordering key, false where it has none.
local function keys_of(r)
  if string.byte(r.raw, FLAGS_AT) < 8 then return false, false end
  if r.key == nil then
    local _
    _, _, _, _, r.key, r.order = rare_terms(r.raw, FLAGS_AT)
  end
  return r.key, r.order
end

-- Returns the digest of a concurrency key from a record or a part of one, false where there is none.
local function key_of_raw(bytes, flags_at)
  local flags = string.byte(bytes, flags_at or FLAGS_AT)
  if flags < 8 then return false end
  local at = (flags_at or FLAGS_AT) + MAX_CRASHES_AT - FLAGS_AT + 1
  if flags == 8 then return string.sub(bytes, at, at + 15) end
  local _, _, _, _, key = rare_terms(bytes, flags_at or FLAGS_AT)
  return key
end

local function fingerprint_of(raw)
  local _, _, _, fingerprint = rare_terms(raw, FLAGS_AT)
  return fingerprint
end
