-- Reads records. Needs lib/record.lua.

local function has(r, detail)
  return r.details ~= 0 and bit.band(r.details, detail) ~= 0
end

-- Reads what a hash has under some ids, false for what is not there.
local function load_packed(key, ids)
  local all = {}
  for from = 1, #ids, 1000 do
    local some = redis.call("HMGET", key, unpack(ids, from, math.min(from + 999, #ids)))
    if #ids <= 1000 then return some end
    for i = 1, #some do all[from + i - 1] = some[i] end
  end
  return all
end

-- Reads records, nil for what is not there.
local function load_records(ids)
  local records, raws, ran = {}, load_packed(tasks, ids), load_packed(runs, ids)
  for i = 1, #ids do
    local id, raw = ids[i], raws[i]
    if raw and not records[id] then records[id] = unpack_record(raw, ran[i]) end
  end
  return records
end
