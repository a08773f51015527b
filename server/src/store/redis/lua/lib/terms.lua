-- What the body of a record says. Needs lib/record.lua.

-- Reads the rare terms out of the body; where there are none this costs a look at one byte.
local function read_terms(r)
  if r.spec_at then return end
  local flags, at = string.byte(r.body), 2
  if flags % 2 == 1 then r.window, at = struct.unpack("<I5", r.body, at) end
  if flags % 4 >= 2 then r.start, at = struct.unpack("<I5", r.body, at) end
  if flags >= 4 then r.fingerprint, at = struct.unpack("Bc0", r.body, at) end
  r.spec_at = at
end

-- The spec's head follows its length and is JSON that begins with what the task is leased by: its type,
-- or @ and the only session that may lease it (spec-codec.ts).
local function kind_of(r)
  read_terms(r)
  r.kind = r.kind or string.match(r.body, '^....{"t":"([%w@._-]+)"', r.spec_at)
  return r.kind
end

local function inline_payload_bytes(r)
  read_terms(r)
  return #r.body - r.spec_at - 3 - struct.unpack(">I4", r.body, r.spec_at)
end
