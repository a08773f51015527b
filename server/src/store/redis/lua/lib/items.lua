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

-- Puts ids behind their lengths.
local function pack_ids(ids)
  local parts, size, length = {}, -1, ""
  for i = 1, #ids do
    local id = ids[i]
    if #id ~= size then
      size = #id
      length = struct.pack("<I4", size)
    end
    parts[2 * i - 1], parts[2 * i] = length, id
  end
  return table.concat(parts)
end
