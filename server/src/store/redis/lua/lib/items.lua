-- Batches that come and go as one string, each part behind its length (packing.ts).
local PART = "I4c0"

-- Returns the parts of a batch, one after the other; so many make an item, four or five.
local function parts_of(packed, parts_an_item)
  local format, parts, count, at = "<" .. string.rep(PART, parts_an_item), {}, 0, 1
  while at <= #packed do
    local a, b, c, d, e, f = struct.unpack(format, packed, at)
    parts[count + 1], parts[count + 2], parts[count + 3], parts[count + 4] = a, b, c, d
    if parts_an_item == 5 then
      parts[count + 5], at = e, f
    else
      at = e
    end
    count = count + parts_an_item
  end
  return parts
end
