-- The keys of one partition of a collection, the argument that every script on documents has, and the
-- time. A document is its version in decimal digits, a colon, and its body.
-- KEYS[1] documents  hash: name -> version:body
-- KEYS[2] due        zset: name by when it is to be looked at, ms
-- KEYS[3] names      zset: every name, all of score 0; of collections that are listed
-- ARGV[1] offset     ms that the store's clock is ahead of the server's; 0 but in tests
--@each call
local documents, due, names = KEYS[1], KEYS[2], KEYS[3]
local clock = redis.call("TIME")
local now_us = tonumber(clock[1]) * 1e6 + tonumber(clock[2]) + tonumber(ARGV[1]) * 1000
local now_ms = math.floor(now_us / 1000)
--@end

local function version_of(document)
  return document and tonumber(string.match(document, "^(%d+):")) or 0
end
