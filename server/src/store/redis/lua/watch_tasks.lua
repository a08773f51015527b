#!lua flags=allow-oom
-- Has the changes of tasks hinted from now on, until they are final.
-- ARGV[5...] id
-- RETURNS {"ok", ""}
-- GUARANTEES none; hints may be lost
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua

local ids = {unpack(ARGV, 5)}
for id, r in pairs(load_records(ids)) do
  if r.state < SUCCEEDED and not has(r, WATCHED) then
    r.details = r.details + WATCHED
    local key, packed = pack_record(r)
    redis.call("HSET", key, id, packed)
  end
end
return {"ok", ""}
