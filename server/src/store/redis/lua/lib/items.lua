-- Batches that come and go as one string, each part behind its length (packing.ts).
local PART, ID = "I4c0", "<I4c0"

local function ids_of(packed)
  local ids, count, at = {}, 0, 1
  while at <= #packed do
    count = count + 1
    ids[count], at = struct.unpack(ID, packed, at)
  end
  return ids
end

local lengths = {}

-- Puts a part behind its length.
local function put_part(items, part)
  local size, at = #part, #items
  local length = lengths[size]
  if not length then
    length = struct.pack("<I4", size)
    lengths[size] = length
  end
  items[at + 1], items[at + 2] = length, part
end
