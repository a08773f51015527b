import { type EventOf, keyOf, type LeaseFile, type Ledger, type TaskFile } from "../ledger.ts";
import type { CheckSettings } from "../violation.ts";

/** A span in which the store surely had a lease; it may have had it before and after. */
export interface HeldSpan {
  readonly task: TaskFile;
  readonly grant: EventOf<"grant">;
  readonly queue: string;
  readonly concurrencyKey: string;
  readonly orderingKey: string;
  /** When the worker had the grant, and until when the lease surely went on. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Between which moments the store granted it, on the histories' clock. */
  readonly grantedFromMs: number;
  readonly grantedToMs: number;
}

/** A token is the store's time to the millisecond, and the machine's clock is read a little before or after. */
const CLOCK_MS = 3;

/**
 * Every lease that a worker was granted, with the span in which the store surely had it: what the worker knew, not how
 * long its handler ran. The span ends with the first word that anybody said of an end, or with what is not renewed
 * for sure any more; where the store's clock was tampered with, with the last heartbeat that was answered for it.
 */
export function heldSpans(ledger: Ledger, settings: CheckSettings): HeldSpan[] {
  const offsetMs = wallOffsetMs(ledger);
  return [...ledger.tasks.values()].flatMap((task) =>
    [...task.leases.values()].flatMap((lease) => {
      const [grant] = lease.grants;
      if (grant === undefined || isForgettable(grant, settings)) {
        return [];
      }
      const call = ledger.ops.get(grant.op)?.calls[0];
      const helloMs = ledger.streams.get(grant.stream)?.hello?.atMs ?? 0;
      const tokenMs = lease.token / 1000 - offsetMs;
      const isTokenTrue = settings.isClockTrue && Number.isFinite(tokenMs);
      return [
        {
          task,
          grant,
          queue: queueOf(task.id),
          concurrencyKey: call?.concurrencyKey ?? "",
          orderingKey: call?.orderingKey ?? "",
          fromMs: grant.atMs,
          toMs: endOf(ledger, task, lease, settings),
          grantedFromMs: isTokenTrue ? tokenMs - CLOCK_MS : Math.max(helloMs, call?.atMs ?? 0),
          grantedToMs: isTokenTrue ? Math.min(tokenMs + CLOCK_MS, grant.atMs) : grant.atMs,
        },
      ];
    }),
  );
}

/** The queue that an id names. */
export function queueOf(taskId: string): string {
  return taskId.slice(0, taskId.lastIndexOf("~"));
}

/** Whether a moment lies where the store may have forgotten what it said. */
export function isForgettable(
  { atMs }: { readonly atMs: number },
  { mayForget }: CheckSettings,
): boolean {
  return mayForget.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
}

/** What the machine's clock says more than the histories'; NaN where nobody said. */
function wallOffsetMs({ ops }: Ledger): number {
  for (const { calls } of ops.values()) {
    for (const { wallMs, atMs } of calls) {
      return wallMs - atMs;
    }
  }
  return Number.NaN;
}

function endOf(ledger: Ledger, task: TaskFile, lease: LeaseFile, settings: CheckSettings): number {
  const grant = lease.grants[0];
  const stream = grant && ledger.streams.get(grant.stream);
  if (grant === undefined || stream === undefined || stream.welcome === null) {
    return Number.NEGATIVE_INFINITY;
  }
  const key = keyOf(grant);
  const newer = [...task.leases.values()].filter(({ token }) => token > lease.token);
  const ends = [
    ...lease.settles.map(({ atMs }) => atMs),
    ...task.cancels.map(({ sinceMs }) => sinceMs),
    ...newer.flatMap(({ grants }) => grants.map(({ atMs }) => atMs)),
    ...(ledger.blows.get(stream.by) ?? []).filter((atMs) => atMs >= (stream.hello?.atMs ?? 0)),
    stream.endedAtMs,
    stream.told.get(key),
  ];
  const saidMs = Math.min(...ends.map((atMs) => atMs ?? Number.POSITIVE_INFINITY));
  const isPunctual = settings.isClockTrue && !settings.mayTimeOut;
  return Math.min(saidMs, isPunctual ? renewedUntil(stream) : listedUntil(stream, grant));
}

type Stream = NonNullable<ReturnType<Ledger["streams"]["get"]>>;

/** Until when the session was renewed without a gap, and its dispatcher still had the stream. */
function renewedUntil({ hello, welcome, heartbeats }: Stream): number {
  const ttlMs = welcome?.ttlMs ?? 0;
  const answered = [...heartbeats.values()]
    .filter(({ answer }) => answer !== null)
    .sort((left, right) => left.sent.atMs - right.sent.atMs);
  let coveredMs = (hello?.atMs ?? 0) + ttlMs;
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const { sent, answer } of answered) {
    if ((answer?.atMs ?? Number.POSITIVE_INFINITY) > coveredMs) {
      break;
    }
    coveredMs = sent.atMs + ttlMs;
    untilMs = sent.atMs;
  }
  return untilMs;
}

/** When the last heartbeat was sent that was answered, and listed the lease. */
function listedUntil({ heartbeats }: Stream, grant: EventOf<"grant">): number {
  const key = keyOf(grant);
  let untilMs = Number.NEGATIVE_INFINITY;
  for (const { sent, answer } of heartbeats.values()) {
    if (answer !== null && sent.leases.some((lease) => keyOf(lease) === key)) {
      untilMs = Math.max(untilMs, sent.atMs);
    }
  }
  return untilMs;
}
