#!lua flags=no-writes
-- Returns a page by name.
-- ARGV[2] after  empty for the first page
-- ARGV[3] limit
-- RETURNS whether it ended early since they are large, then name and document of each
-- GUARANTEES none
--@include lib/documents.lua

local MAX_BYTES = 2 * 1024 * 1024

local from, limit = ARGV[2] == "" and "-" or "(" .. ARGV[2], tonumber(ARGV[3])
local answer, bytes = {"0"}, 0
repeat
  local found = redis.call("ZRANGEBYLEX", names, from, "+", "LIMIT", 0, limit - (#answer - 1) / 2)
  for _, name in ipairs(found) do
    if bytes > MAX_BYTES then
      answer[1] = "1"
      return answer
    end
    local document = redis.call("HGET", documents, name)
    -- Only lost writes leave a name without a document.
    if document then
      bytes = bytes + #document
      answer[#answer + 1] = name
      answer[#answer + 1] = document
    end
    from = "(" .. name
  end
until #found == 0 or #answer > 2 * limit
return answer
