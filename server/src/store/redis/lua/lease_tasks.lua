#!lua flags=allow-oom
-- Leases READY tasks to a live session, best first.
-- ARGV[5] session
-- ARGV[6] stream         that takes the tasks
-- ARGV[7] worker
-- ARGV[8] limit          tasks
-- ARGV[9] max_bytes      of payload, but for the first task
-- ARGV[10] apart        1 for suspects only
-- ARGV[11...] types     "*" for every type
-- RETURNS {"ok", hint, pinned, left, ids, runs, damaged, held back, record, detail...}; behind each id's record those
--   of payload, checkpoint and failure that are among its details
--   left: how many more it could lease
--   pinned: other sessions that have tasks of their own, and types with suspects behind a "!", spaces between
--   damaged: ids of tasks that cannot be read and were put off
--   held back: ms until time lets some of what settings hold back go, "-" where only an event does, or empty
--   runs: of how many tasks in turn (uint16), the run's length (uint16), the run; and so on
-- RETURNS {"session_gone", ""}, {"superseded", ""}
-- GUARANTEES G3 G7 G8 G9 G10 G14 G16
--@include lib/apply.lua
--@include lib/hints.lua
--@include lib/transitions.lua
--@include lib/due.lua
--@include lib/kinds.lua
--@include lib/candidates.lua
--@include lib/items.lua
--@include lib/first_leases.lua
--@include lib/grants.lua
--@include lib/takes.lua
--@include lib/deals/rates.lua
--@include lib/flow/passing.lua
--@include lib/deals/visits.lua
--@include lib/deals/heap.lua
--@include lib/deals/places.lua
--@include lib/deals/lane_leases.lua
--@include lib/deals/shares.lua
--@include lib/deals/room.lua

local stream, limit = ARGV[6], tonumber(ARGV[8])
local newest = stream_of(session)
if newest ~= stream then return {newest and "superseded" or "session_gone", ""} end
expire(500)
promote(500)
local room = queue_room(limit)
let_go()
local kinds, is_laned, pinned = kinds_for(session, ARGV[10] == "1", {unpack(ARGV, 11)})
local laned, unlaned = {}, {}
for _, kind in ipairs(kinds) do
  local list = is_laned[kind] and laned or unlaned
  list[#list + 1] = kind
end
if room > 0 and #laned > 0 then
  lease_shares(laned, unlaned, room)
elseif room > 0 then
  lease_lines(kinds, room)
end
spend_tokens(total)
local others = ready_of(kinds) + eligible_of(laned)
granted[2], granted[3] = finish_changes(), pinned()
granted[4] = room > 0 and math.min(others, concurrency_room - total, rate_room - total) or 0
granted[8] = held_back(total, others > 0)
finish_grants(session)
return granted
