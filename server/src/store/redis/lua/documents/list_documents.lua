#!lua flags=no-writes
-- Returns a page by name.
-- ARGV[2] after  empty for the first page
-- ARGV[3] limit
-- RETURNS name and document of each
-- GUARANTEES none
--@include lib/documents.lua

local from, limit = ARGV[2] == "" and "-" or "(" .. ARGV[2], tonumber(ARGV[3])
local answer = {}
repeat
  local found = redis.call("ZRANGEBYLEX", names, from, "+", "LIMIT", 0, limit - #answer / 2)
  for _, name in ipairs(found) do
    local document = redis.call("HGET", documents, name)
    -- Only lost writes leave a name without a document.
    if document then
      answer[#answer + 1] = name
      answer[#answer + 1] = document
    end
    from = "(" .. name
  end
until #found == 0 or #answer >= 2 * limit
return answer
