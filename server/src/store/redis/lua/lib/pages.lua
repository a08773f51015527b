-- Pages of an index.

-- The page before may end among the entries of one order.
local function rank_of_first(key, after, after_id)
  if after == "" then return 0 end
  local rank = redis.call("ZRANK", key, after_id)
  if rank and tonumber(redis.call("ZSCORE", key, after_id)) == tonumber(after) then return rank + 1 end
  return redis.call("ZCOUNT", key, "-inf", "(" .. after)
end
