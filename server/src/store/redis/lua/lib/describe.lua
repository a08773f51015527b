-- Everything there is to tell of a task. Needs lib/record.lua.
local SHOWN = {PAYLOAD, RESULT, FAILURE, PROGRESS, REASON}

-- Returns {id, record, run, payload, result, failure, progress, reason}, empty where there is none.
local function describe(id, r)
  local answer, fields, places = {id, r.raw, r.run or "", "", "", "", "", ""}, {}, {}
  for i, detail in ipairs(SHOWN) do
    if has(r, detail) then
      fields[#fields + 1] = id .. LETTERS[detail]
      places[#places + 1] = i + 3
    end
  end
  if #fields > 0 then
    for i, value in ipairs(redis.call("HMGET", details, unpack(fields))) do
      answer[places[i]] = value or ""
    end
  end
  return answer
end
