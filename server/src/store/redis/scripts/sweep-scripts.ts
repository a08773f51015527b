import { CRASH_MEMORY_MS } from "../../../domain/crashes.ts";
import type { LeaseToken, QueueName, SessionId, WorkerId } from "../../../domain/ids.ts";
import { CRASHED_FAILURE } from "../../../domain/task.ts";
import type { ReclaimedLease, TimedOutAttempt } from "../../store.ts";
import { bufferOf, defineScript, numberOf, type ReplyItem, wordOf } from "../client/script.ts";
import { idOfBytes } from "../keys.ts";
import { encodeFailure } from "./packing/details.ts";
import { decodeRun, specOfRecord, stateOfNumber } from "./packing/record.ts";

const CRASHED = encodeFailure(CRASHED_FAILURE);
const NOTHING = Buffer.alloc(0);
const AUDIT_ENTRIES = 100;

/** What is due next, in ms from now; 0 where a limit cut the work short, null for never. */
type NextInMs = number | null;

/** What a sweep's first script did and found. */
export interface SweptQueue {
  readonly promoted: number;
  readonly expired: number;
  readonly isReclaimDue: boolean;
  readonly isPurgeDue: boolean;
  readonly nextInMs: NextInMs;
  readonly timedOut: readonly TimedOutAttempt[];
}

/** Where an audit goes on; zeros to begin. */
export interface AuditPosition {
  readonly cursor: string;
  readonly rank: number;
}

/** Promotes, expires, and names the attempts that are past their timeout. */
export const sweepQueue = defineScript<{ limit: number }, SweptQueue>({
  name: "sweep_queue",
  encode: ({ limit }) => [limit],
  decode: (reply, queue) => {
    const [promoted, expired, reclaim, purge, next] = reply.rest.slice(0, 5).map(numberOf);
    return {
      promoted: promoted ?? 0,
      expired: expired ?? 0,
      isReclaimDue: reclaim === 1,
      isPurgeDue: purge === 1,
      nextInMs: nextOf(next),
      timedOut: reply.groups(3, 5).map((group) => timedOutAttempt(queue, group)),
    };
  },
});

function timedOutAttempt(
  queue: QueueName,
  [id, bytes, run]: readonly ReplyItem[],
): TimedOutAttempt {
  const { token, sessionId, attempt } = decodeRun(bufferOf(run));
  const spec = specOfRecord(queue, bufferOf(bytes), NOTHING);
  const lease = { taskId: idOfBytes(queue, bufferOf(id)), token };
  return { lease, sessionId: sessionId as SessionId, attempt, retryPolicy: spec.retryPolicy };
}

/** Takes leases back from sessions that died. */
export const reclaimLeases = defineScript<
  { limit: number },
  { reclaimed: ReclaimedLease[]; nextInMs: NextInMs }
>({
  name: "reclaim_leases",
  encode: ({ limit }, { deadRetentionMs }) => [limit, CRASHED, deadRetentionMs, CRASH_MEMORY_MS],
  decode: (reply, queue) => ({
    nextInMs: nextOf(numberOf(reply.rest[0])),
    reclaimed: reply.groups(5, 1).map((group) => reclaimedLease(queue, group)),
  }),
});

function reclaimedLease(queue: QueueName, group: readonly ReplyItem[]): ReclaimedLease {
  const [id, token, session, worker, state] = group;
  return {
    lease: { taskId: idOfBytes(queue, bufferOf(id)), token: numberOf(token) as LeaseToken },
    sessionId: wordOf(session) as SessionId,
    workerId: wordOf(worker) as WorkerId,
    state: stateOfNumber(numberOf(state)),
  };
}

/** Forgets final tasks whose time is over. */
export const purgeTasks = defineScript<{ limit: number }, { purged: number; nextInMs: NextInMs }>({
  name: "purge_tasks",
  encode: ({ limit }) => [limit],
  decode: (reply) => ({
    purged: numberOf(reply.rest[0]),
    nextInMs: nextOf(numberOf(reply.rest[1])),
  }),
});

/** Mends what only lost writes can leave, a slice at a time. */
export const auditQueue = defineScript<AuditPosition, AuditPosition & { mended: number }>({
  name: "audit_queue",
  encode: ({ cursor, rank }) => [cursor, rank, AUDIT_ENTRIES],
  decode: (reply) => ({
    cursor: wordOf(reply.rest[0]),
    rank: numberOf(reply.rest[1]),
    mended: numberOf(reply.rest[2]),
  }),
});

/** Where an audit of the indexes of keys and order goes on; zeros to begin. */
export interface FlowAuditPosition {
  readonly index: number;
  readonly cursor: string;
}

/** Mends in the indexes of keys and order what only lost writes can leave, a slice at a time. */
export const auditFlow = defineScript<FlowAuditPosition, FlowAuditPosition & { mended: number }>({
  name: "audit_flow",
  encode: ({ index, cursor }) => [index, cursor, AUDIT_ENTRIES],
  decode: (reply) => ({
    index: numberOf(reply.rest[0]),
    cursor: wordOf(reply.rest[1]),
    mended: numberOf(reply.rest[2]),
  }),
});

function nextOf(ms: number | undefined): NextInMs {
  return ms === undefined || ms < 0 ? null : ms;
}
