import {
  acceptedSettle,
  type EventOf,
  keyOf,
  type LeaseFile,
  type Ledger,
  lastRead,
  leasesInOrder,
  type StreamFile,
  type TaskFile,
} from "./ledger.ts";
import type { CheckSettings, Violation } from "./violation.ts";

/**
 * S5: only the newest token's settlement is accepted, and only from the session that was granted it; an
 * accepted one is never denied.
 */
export function checkFencing(ledger: Ledger): Violation[] {
  return [...ledger.tasks.values()].flatMap((task) => {
    const leases = leasesInOrder(task);
    return leases.flatMap((lease, index) => [
      ...checkAccepted(task, lease, leases.slice(index + 1)),
      ...checkDenied(task, lease),
      ...checkForgeries(task, lease),
    ]);
  });
}

function checkAccepted(task: TaskFile, lease: LeaseFile, newer: readonly LeaseFile[]): Violation[] {
  const settle = acceptedSettle(lease);
  if (settle === null) {
    return [];
  }
  const ends = new Set(
    lease.acks.filter(({ status }) => status === "OK").map((ack) => ack.outcome),
  );
  if (ends.size > 1) {
    const text = `token ${lease.token} settled it twice: ${[...ends].join(", ")}`;
    return [{ invariant: "S5", subject: task.id, text }];
  }
  if (lease.grants.length === 0) {
    const text = `token ${lease.token} was never granted and settled it (${settle.outcome})`;
    return [{ invariant: "S5", subject: task.id, text }];
  }
  const grant = newer.flatMap(({ grants }) => grants).find((each) => isAfterEnd(settle, each));
  if (grant === undefined) {
    return [];
  }
  const text =
    settle.outcome === "complete"
      ? `token ${lease.token} completed it, and token ${grant.token} was granted`
      : `token ${lease.token} settled it (${settle.outcome}) after token ${grant.token} was granted`;
  return [{ invariant: "S5", subject: task.id, text }];
}

/** A completed task is never leased again; any other end must come before the next grant. */
function isAfterEnd(settle: EventOf<"settle">, grant: EventOf<"grant">): boolean {
  return settle.outcome === "complete" || grant.atMs < settle.atMs;
}

/** Whatever the token: another session than was granted it is never told anything but STALE. */
function checkForgeries(task: TaskFile, { token, forgeries }: LeaseFile): Violation[] {
  return forgeries
    .filter(({ status }) => status === "OK")
    .map(({ outcome }) => {
      const text = `token ${token} settled it (${outcome}) from a session that was not granted it`;
      return { invariant: "S5", subject: task.id, text };
    });
}

function checkDenied(task: TaskFile, lease: LeaseFile): Violation[] {
  const settle = lease.settles.find(({ outcome }) => outcome === "complete");
  const end = lastRead(task)?.task;
  const isDenied = lease.acks.some(
    ({ status, outcome }) => status === "STALE" && outcome === "complete",
  );
  if (settle?.outcome !== "complete" || !isDenied || end?.state !== "SUCCEEDED") {
    return [];
  }
  return end.resultHash !== "" && end.resultHash === settle.resultHash
    ? [
        {
          invariant: "S5",
          subject: task.id,
          text: `token ${lease.token}'s result holds, yet it was told STALE`,
        },
      ]
    : [];
}

/** S6: a task has one live lease at most. */
export function checkOneLease(ledger: Ledger, settings: CheckSettings): Violation[] {
  return [...ledger.tasks.values()].flatMap((task) => [
    ...checkTokens(task, settings),
    ...checkOverlaps(ledger, task, settings),
  ]);
}

function checkTokens(task: TaskFile, settings: CheckSettings): Violation[] {
  const violations: Violation[] = [];
  let crashes = 0;
  // A failure and the passing of an hour make crashes fewer, and nothing else does.
  let mayFall = settings.mayTimeOut || !settings.isClockTrue;
  for (const lease of leasesInOrder(task)) {
    if (lease.grants.length > 1) {
      const text = `token ${lease.token} was granted ${lease.grants.length} times`;
      violations.push({ invariant: "S6", subject: task.id, text });
    }
    const grant = lease.grants[0];
    if (grant !== undefined && grant.crashes < crashes && !mayFall) {
      const text = `its crashes fell from ${crashes} to ${grant.crashes}`;
      violations.push({ invariant: "S6", subject: task.id, text });
    }
    crashes = grant?.crashes ?? crashes;
    mayFall ||= lease.settles.some(({ outcome }) => outcome === "fail");
  }
  return violations;
}

/**
 * After a newer grant, a heartbeat that still lists the old lease must be answered with its loss, unless
 * its worker settled it, with the stream that renews it or without. Before it, the old lease must be
 * over: settled, or its stream broken, or its worker struck, or its ttl spent.
 */
function checkOverlaps(ledger: Ledger, task: TaskFile, settings: CheckSettings): Violation[] {
  const granted = leasesInOrder(task).filter(({ grants }) => grants.length > 0);
  const violations: Violation[] = [];
  for (const [index, lease] of granted.entries()) {
    const grant = lease.grants[0];
    const next = granted[index + 1]?.grants[0];
    if (grant === undefined || next === undefined || isForgettable(settings, grant)) {
      continue;
    }
    const stream = ledger.streams.get(grant.stream);
    if (stream === undefined) {
      continue;
    }
    if (isRenewedAfter(ledger, lease, next.atMs + settings.mayLeaveOutMs)) {
      const text = `token ${lease.token} was renewed after token ${next.token} was granted`;
      violations.push({ invariant: "S6", subject: task.id, text });
    } else if (
      !settings.mayTimeOut &&
      settings.isClockTrue &&
      isAlive(ledger, stream, lease, next)
    ) {
      const text = `token ${next.token} was granted while token ${lease.token} was live`;
      violations.push({ invariant: "S6", subject: task.id, text });
    }
  }
  return violations;
}

/** Whether the store may not know of the grant any more, and lease its task to another. */
function isForgettable({ mayForget }: CheckSettings, { atMs }: EventOf<"grant">): boolean {
  return mayForget.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs);
}

/**
 * Whether a heartbeat that was sent later, and lists the lease, was answered without a word of its end.
 * Once its worker settled it, the settlement's own answer says what it is.
 */
export function isRenewedAfter(
  ledger: Ledger,
  { grants: [grant], settles: [settle] }: LeaseFile,
  afterMs: number,
): boolean {
  const stream = grant && ledger.streams.get(grant.stream);
  if (grant === undefined || stream === undefined) {
    return false;
  }
  const key = keyOf(grant);
  const settledAtMs = settle?.atMs ?? Number.POSITIVE_INFINITY;
  for (const { sent, answer } of stream.heartbeats.values()) {
    if (answer === null || sent.atMs <= afterMs || answer.atMs >= settledAtMs) {
      continue;
    }
    const isListed = sent.leases.some((lease) => keyOf(lease) === key);
    const toldAtMs = stream.told.get(key) ?? Number.POSITIVE_INFINITY;
    if (isListed && toldAtMs > answer.atMs) {
      return true;
    }
  }
  return false;
}

/**
 * Whether the dispatcher still had the stream after the newer grant, and the ttl that the worker was last
 * promised had not run out before it.
 */
function isAlive(
  ledger: Ledger,
  stream: StreamFile,
  lease: LeaseFile,
  next: EventOf<"grant">,
): boolean {
  const { hello, welcome } = stream;
  const key = `${next.taskId} ${lease.token}`;
  const overAtMs = [lease.settles[0]?.atMs, stream.endedAtMs, stream.told.get(key)];
  if (
    hello === null ||
    welcome === null ||
    overAtMs.some((atMs) => (atMs ?? Infinity) <= next.atMs)
  ) {
    return false;
  }
  const blows = ledger.blows.get(stream.by) ?? [];
  if (blows.some((atMs) => atMs <= next.atMs && atMs >= hello.atMs)) {
    return false;
  }
  const answered = [...stream.heartbeats.values()].filter(({ answer }) => answer !== null);
  const promised = answered.filter(({ answer }) => (answer?.atMs ?? Infinity) < next.atMs);
  const coverMs = Math.max(hello.atMs, ...promised.map(({ sent }) => sent.atMs));
  const isStillHad = answered.some(({ sent }) => sent.atMs > next.atMs);
  return isStillHad && next.atMs < coverMs + welcome.ttlMs;
}
