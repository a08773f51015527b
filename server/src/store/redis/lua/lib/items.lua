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
