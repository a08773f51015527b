#!lua flags=no-writes
-- Returns documents.
-- ARGV[2...] names
-- RETURNS an item: the document, or empty
-- GUARANTEES none
--@include lib/documents.lua

local answer = {}
for at = 2, #ARGV do
  local document = redis.call("HGET", documents, ARGV[at])
  -- An empty value is a document that is damaged, not one that is not there.
  answer[#answer + 1] = document == "" and ":" or document or ""
end
return answer
