-- Batches that come and go as one string (packing.ts).

-- Takes ids apart, each of them ID_BYTES long.
local function ids_of(packed)
  local sub, ids, count = string.sub, {}, 0
  for at = 1, #packed, ID_BYTES do
    count = count + 1
    ids[count] = sub(packed, at, at + ID_BYTES - 1)
  end
  return ids
end
