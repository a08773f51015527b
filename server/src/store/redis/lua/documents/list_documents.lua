#!lua flags=no-writes
-- Returns a page by name.
-- ARGV[2] after  empty for the first page
-- ARGV[3] limit
-- RETURNS name and document of each
-- GUARANTEES none
--@include lib/documents.lua

local from = ARGV[2] == "" and "-" or "(" .. ARGV[2]
local answer = {}
for _, name in ipairs(redis.call("ZRANGEBYLEX", names, from, "+", "LIMIT", 0, ARGV[3])) do
  answer[#answer + 1] = name
  answer[#answer + 1] = redis.call("HGET", documents, name)
end
return answer
