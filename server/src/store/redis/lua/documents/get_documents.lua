#!lua flags=no-writes
-- Returns documents.
-- ARGV[2...] names
-- RETURNS an item: the document, or empty
-- GUARANTEES none
--@include lib/documents.lua

local answer = {}
for at = 2, #ARGV do answer[#answer + 1] = redis.call("HGET", documents, ARGV[at]) or "" end
return answer
