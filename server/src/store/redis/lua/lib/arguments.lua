-- The queue's keys, the arguments that every script has, and the time.
-- KEYS[1]  tasks      hash: id -> record (lib/record.lua)
-- KEYS[2]  runs       hash: id -> run (lib/record.lua), of tasks that were leased or have ended
-- KEYS[3]  details    hash: id and a letter -> what few transitions touch (lib/record.lua)
-- KEYS[4]  meta       hash: the places given last
-- KEYS[5]  scheduled  zset: id by due time, ms
-- KEYS[6]  types      set: the types that have READY tasks in a plain line; "#" and the type where v:<type> or y:<type> does
-- KEYS[7]  attempts   zset: session id by a time, ms, before which no attempt of its leases runs out of time
-- KEYS[8]  starts     zset: id by the end of its start deadline, ms
-- KEYS[9]  sessions   zset: session id by the end of its ttl, ms; the index, not the truth
-- KEYS[10] succeeded  zset: ids, end to end, by purge time, ms; those of one call together
-- KEYS[11] dead       zset: id by purge time, ms; the next two likewise
-- KEYS[12] cancelled
-- KEYS[13] expired
-- KEYS[14] stem       begins the keys that scripts derive under the queue's hash tag:
--   r:<type> zset of READY ids by score, s:<session> the session's stream id with its ttl (the
--   truth), h:<session> set of ids it holds, n:<session> list of its notices (token, cause, id, reason), w:<session> what describes it,
--   v:<kind> zset of a kind's eligible lanes, digest by tag; the plain line r:<kind> is "" there while there are
--   others, from the next lease call on; l:<digest><kind> zset, the lane: READY ids by score; i:<kind> zset of tags of lanes that
--   ran empty, "t" the virtual time; y:<kind> that of parked ones; o:<order> zset of READY ids behind a head, by place without band,
--   ft zset, all of score 0, of what is dead: the type of its failure, a zero byte, id
-- KEYS[15] flow       hash: s packed settings, j settings as JSON, h ms until which a worker holds the queue,
--   w 1 where a lease left tasks for the queue's concurrency limit, t ms at which its rate lets the next go that a
--   lease left, p 1 where keys may be parked, r cursor of the pass that lets go what other settings held; a key's
--   digest -> its settings, packed, and its text
-- KEYS[16] keyed      zset: every READY id that is in a lane, by score
-- KEYS[17] behind     zset: every READY id that waits behind the head of its order, by score
-- KEYS[18] members    zset, all of score 0: W and digest and id of a keyed task that waits, L of one that is LEASED
-- KEYS[19] parked     hash: digest -> the kinds whose lanes are parked, spaces between
-- KEYS[20] until      zset: parked digest by when it is let in, ms
-- KEYS[21] tats       zset: digest by TAT (lib/deals/rates.lua); sixteen zero bytes for the queue's own
-- KEYS[22] holds      zset: digest by the ms until which a worker holds it
-- KEYS[23] heads      hash: order -> the id of its head
-- ARGV[1] offset        ms that the store's clock is ahead of the server's; 0 but in tests
-- ARGV[2] hint_command  PUBLISH, SPUBLISH or OTHERS (lib/hints.lua)
-- ARGV[3] hint_channel
-- ARGV[4] hint_head     who hints, about which queue
--@each call
local tasks, runs, details, meta, scheduled, types = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
local attempts, starts, sessions, stem = KEYS[7], KEYS[8], KEYS[9], KEYS[14]
local flow, keyed, behind, members, parked = KEYS[15], KEYS[16], KEYS[17], KEYS[18], KEYS[19]
local parked_until, tats, holds, order_heads = KEYS[20], KEYS[21], KEYS[22], KEYS[23]
local finals = {[4] = KEYS[10], [5] = KEYS[11], [6] = KEYS[12], [7] = KEYS[13]}
local hint_command, hint_channel, hint_head = ARGV[2], ARGV[3], ARGV[4]
local clock = redis.call("TIME")
local now_us = tonumber(clock[1]) * 1e6 + tonumber(clock[2]) + tonumber(ARGV[1]) * 1000
local now_ms = math.floor(now_us / 1000)
local ready_keys, held_keys = {}, {}
--@end
