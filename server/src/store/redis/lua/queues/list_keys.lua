#!lua flags=no-writes
-- Reads some of the concurrency keys of the queue.
-- ARGV[5] where     members: those that have tasks that are not final; parked; set: those with settings of their own
-- ARGV[6] cursor    of the slice before: a digest, or of HSCAN; empty to begin
-- ARGV[7] skipped   how many that HSCAN names at the cursor were in the slices before
-- ARGV[8] limit     keys looked at, more than 0
-- ARGV[9] without   of those set: members or parked to leave these out; empty for none
-- RETURNS {"ok", "", cursor, skipped, digest, settings, record, waiting, leased, block, remaining, age, ...}
--   cursor: empty where there is no more; record: of one of its tasks, empty where the settings tell its text
--   block: 0 none, 1 paused, 2 held, 3 concurrency, 4 rate; remaining: ms, -1 where only an event ends it
--   age: ms since its next READY task is due; -1 for none
-- GUARANTEES none
--@include lib/queue.lua
--@include lib/record.lua
--@include lib/load.lua
--@include lib/terms.lua
--@include lib/body.lua
--@include lib/changes.lua
--@include lib/flow/settings.lua
--@include lib/flow/tags.lua
--@include lib/flow/lanes.lua
--@include lib/deals/rates.lua
--@include lib/flow/blocks.lua
--@include lib/flow/keys.lua

local where, cursor, skipped, limit = ARGV[5], ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local digests, next_cursor, next_skipped = {}, "", 0

local function walk_members()
  local wait, lease = next_member("W", cursor), next_member("L", cursor)
  while (wait or lease) and #digests < limit do
    local digest = (not lease or (wait and wait < lease)) and wait or lease
    digests[#digests + 1] = digest
    if wait == digest then wait = next_member("W", digest) end
    if lease == digest then lease = next_member("L", digest) end
  end
  if wait or lease then next_cursor = digests[#digests] end
end

local function is_wanted(field)
  if where == "set" and #field ~= DIGEST_BYTES then return false end
  if ARGV[9] == "members" then return not (first_member("W", field) or first_member("L", field)) end
  return ARGV[9] ~= "parked" or redis.call("HEXISTS", parked, field) == 0
end

-- Small hashes are answered whole, so that what is too much is left for the next slice.
local function scan(hash)
  local page = redis.call("HSCAN", hash, cursor == "" and 0 or cursor, "COUNT", limit)
  local fields = page[2]
  local last = math.min(#fields / 2, skipped + limit)
  for i = skipped + 1, last do
    if is_wanted(fields[2 * i - 1]) then digests[#digests + 1] = fields[2 * i - 1] end
  end
  if last < #fields / 2 then
    next_cursor, next_skipped = cursor == "" and "0" or cursor, last
  elseif page[1] ~= "0" then
    next_cursor = page[1]
  end
end

if where == "members" then walk_members() else scan(where == "parked" and parked or flow) end
local reply = {"ok", "", next_cursor, next_skipped}
for _, digest in ipairs(digests) do describe_key(digest, reply) end
return reply
