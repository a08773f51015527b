-- The registry's key and the time.
-- KEYS[1]  registry  zset: queue that had a task, by when something came to it last, ms
-- ARGV[1] offset     ms that the store's clock is ahead of the server's; 0 but in tests
--@each call
local registry = KEYS[1]
local clock = redis.call("TIME")
local now_ms = math.floor(tonumber(clock[1]) * 1000 + tonumber(clock[2]) / 1000) + tonumber(ARGV[1])
--@end
