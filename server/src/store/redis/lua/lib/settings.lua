-- How the queue and its keys flow, as scripts/packing/flow-packing.ts packs it. Needs lib/queue.lua.
-- Of the queue: flags, max backlog, key max backlog, concurrency, key concurrency, rate interval ms, burst, key
-- rate interval ms, key burst, key weight, plain weight; 0 for none. Behind that one more than the past attempts that
-- are kept beside the first, 0 for the default, and nothing where it was packed before there was that.
local SETTINGS = "<BI6I6I4I4dI4dI4BB"
local HISTORY_AT, DEFAULT_HISTORY = 48, 20
local IS_PAUSED, BY_TIME, HOLDS_ON_DEAD, HAS_KEYS = 1, 2, 4, 8
-- Spelled out, since a library that is loaded may call nothing.
local NOTHING_SET = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
local DEFAULT_SETTINGS = NOTHING_SET .. NOTHING_SET .. NOTHING_SET .. "\1\1\0"
-- Of a key: flags, weight, concurrency, interval ms, burst; behind that the rate's tasks and its period in ms, for
-- who reads it, and the key's text.
local KEY_SETTINGS = "<BBI4dI4"
local KEY_IS_PAUSED, HAS_CONCURRENCY, HAS_RATE = 1, 2, 4

-- What the packed settings of a queue say; false of one that has none.
local function unpack_settings(packed)
  local s = {}
  s.flags, s.max_backlog, s.key_max_backlog, s.concurrency, s.key_concurrency, s.interval, s.burst, s.key_interval,
    s.key_burst, s.key_weight, s.plain_weight = struct.unpack(SETTINGS, packed or DEFAULT_SETTINGS)
  local history = packed and string.byte(packed, HISTORY_AT) or 0
  s.history = history > 0 and history - 1 or DEFAULT_HISTORY
  return s
end

-- What holds for a key of a queue: is paused, weight, concurrency, interval, burst.
local function unpack_key(packed, s)
  if not packed then return false, s.key_weight, s.key_concurrency, s.key_interval, s.key_burst end
  local flags, weight, concurrency, interval, burst = struct.unpack(KEY_SETTINGS, packed)
  if weight == 0 then weight = s.key_weight end
  if flags % 4 < HAS_CONCURRENCY then concurrency = s.key_concurrency end
  if flags < HAS_RATE then interval, burst = s.key_interval, s.key_burst end
  return flags % 2 == KEY_IS_PAUSED, weight, concurrency, interval, burst
end
