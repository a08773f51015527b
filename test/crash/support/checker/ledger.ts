import type { HistoryEvent, LeaseSeen } from "../history/events.ts";

/** An event of one kind, with its time and place. */
export type EventOf<Kind extends HistoryEvent["kind"]> = Extract<HistoryEvent, { kind: Kind }>;

/** All that was seen of one lease. */
export interface LeaseFile {
  readonly token: number;
  readonly grants: EventOf<"grant">[];
  readonly settles: EventOf<"settle">[];
  readonly acks: EventOf<"settle_ack">[];
  /** The answers to settlements that came from another session than was granted the lease. */
  readonly forgeries: EventOf<"settle_ack">[];
}

/** All that was seen of one task. */
export interface TaskFile {
  readonly id: string;
  readonly leases: Map<number, LeaseFile>;
  readonly cancels: EventOf<"cancelled">[];
  readonly reads: EventOf<"read">[];
  readonly receipts: EventOf<"submitted">[];
}

/** All that was seen of one submit, however often it was repeated. */
export interface OpFile {
  readonly op: string;
  readonly calls: EventOf<"submit">[];
  readonly answers: EventOf<"submitted">[];
  /** Every task that carries its name. */
  readonly taskIds: Set<string>;
}

/** One heartbeat and its answer. */
export interface HeartbeatFile {
  readonly sent: EventOf<"heartbeat">;
  answer: EventOf<"heartbeat_ack"> | null;
}

/** All that was seen of one worker stream. */
export interface StreamFile {
  readonly id: string;
  readonly by: string;
  hello: EventOf<"hello"> | null;
  welcome: EventOf<"welcome"> | null;
  endedAtMs: number | null;
  readonly heartbeats: Map<number, HeartbeatFile>;
  readonly grants: EventOf<"grant">[];
  /** When the worker was told that a lease is over, by the key of the lease. */
  readonly told: Map<string, number>;
}

/** All that was seen of one schedule beside its tasks. */
export interface ScheduleFile {
  readonly puts: EventOf<"schedule_put">[];
  readonly listings: EventOf<"firings">[];
}

/** All that was seen of one event beside its tasks, however often it was published. */
export interface EventFile {
  readonly id: string;
  readonly calls: EventOf<"publish">[];
  readonly answers: EventOf<"published">[];
}

/** A history, put in order by what it is about. Built in one pass. */
export interface Ledger {
  readonly events: readonly HistoryEvent[];
  readonly tasks: Map<string, TaskFile>;
  readonly ops: Map<string, OpFile>;
  readonly streams: Map<string, StreamFile>;
  readonly schedules: Map<string, ScheduleFile>;
  readonly published: Map<string, EventFile>;
  /** When each process was killed or frozen. */
  readonly blows: Map<string, number[]>;
}

/** A text that names a lease. */
export function keyOf(lease: LeaseSeen): string {
  return `${lease.taskId} ${lease.token}`;
}

/** The file of a lease, a new one where there is none. */
export function leaseOf(task: TaskFile, token: number): LeaseFile {
  return findOrAdd(task.leases, token, () => ({
    token,
    grants: [],
    settles: [],
    acks: [],
    forgeries: [],
  }));
}

/** A task's leases, the oldest first. */
export function leasesInOrder(task: TaskFile): LeaseFile[] {
  return [...task.leases.values()].sort((left, right) => left.token - right.token);
}

/** The first settlement of a lease with the outcome that was accepted; null where none was. */
export function acceptedSettle(lease: LeaseFile): EventOf<"settle"> | null {
  const accepted = lease.acks.find(({ status }) => status === "OK");
  return lease.settles.find(({ outcome }) => outcome === accepted?.outcome) ?? null;
}

/** The last read that found the task; null where none did. */
export function lastRead(task: TaskFile): EventOf<"read"> | null {
  return task.reads.findLast((read) => read.task !== null) ?? null;
}

/** The states that a task does not leave by itself. */
export function isFinalState(state: string): boolean {
  return ["SUCCEEDED", "DEAD", "CANCELLED", "EXPIRED"].includes(state);
}

/** Puts a history in order by task, submit and stream. */
export function buildLedger(events: readonly HistoryEvent[]): Ledger {
  const ledger: Ledger = {
    events,
    tasks: new Map(),
    ops: new Map(),
    streams: new Map(),
    schedules: new Map(),
    published: new Map(),
    blows: new Map(),
  };
  for (const event of events) {
    fileTaskEvent(ledger, event);
    fileStreamEvent(ledger, event);
    fileAutomationEvent(ledger, event);
    if (event.kind === "killed" || event.kind === "frozen") {
      findOrAdd(ledger.blows, event.target, () => []).push(event.atMs);
    }
  }
  return ledger;
}

function fileTaskEvent(ledger: Ledger, event: HistoryEvent): void {
  switch (event.kind) {
    case "submit":
      opOf(ledger, event.op).calls.push(event);
      break;
    case "submitted":
      opOf(ledger, event.op).answers.push(event);
      if (event.outcome === "ok") {
        opOf(ledger, event.op).taskIds.add(event.taskId);
        taskOf(ledger, event.taskId).receipts.push(event);
      }
      break;
    case "grant":
      opOf(ledger, event.op).taskIds.add(event.taskId);
      leaseOf(taskOf(ledger, event.taskId), event.token).grants.push(event);
      break;
    case "settle":
      if (!event.isForged) {
        leaseOf(taskOf(ledger, event.taskId), event.token).settles.push(event);
      }
      break;
    case "settle_ack": {
      const lease = leaseOf(taskOf(ledger, event.taskId), event.token);
      (event.isForged ? lease.forgeries : lease.acks).push(event);
      break;
    }
    case "cancelled":
      taskOf(ledger, event.taskId).cancels.push(event);
      break;
    case "read":
      taskOf(ledger, event.taskId).reads.push(event);
      if (event.task !== null) {
        opOf(ledger, event.task.op).taskIds.add(event.taskId);
      }
      break;
  }
}

function fileStreamEvent(ledger: Ledger, event: HistoryEvent): void {
  switch (event.kind) {
    case "hello":
      streamOf(ledger, event).hello = event;
      break;
    case "welcome":
      streamOf(ledger, event).welcome = event;
      tell(streamOf(ledger, event), event.lost, event.atMs);
      break;
    case "grant":
      streamOf(ledger, event).grants.push(event);
      break;
    case "heartbeat":
      streamOf(ledger, event).heartbeats.set(event.sequence, { sent: event, answer: null });
      break;
    case "heartbeat_ack": {
      const heartbeat = streamOf(ledger, event).heartbeats.get(event.sequence);
      if (heartbeat !== undefined) {
        heartbeat.answer = event;
      }
      tell(streamOf(ledger, event), [...event.lost, ...event.cancelled], event.atMs);
      break;
    }
    case "cancel_frame":
      tell(streamOf(ledger, event), [event.lease], event.atMs);
      break;
    case "stream_end":
      streamOf(ledger, event).endedAtMs = event.atMs;
      break;
  }
}

function fileAutomationEvent(ledger: Ledger, event: HistoryEvent): void {
  switch (event.kind) {
    case "schedule_put":
      scheduleOf(ledger, event.schedule).puts.push(event);
      break;
    case "firings":
      scheduleOf(ledger, event.schedule).listings.push(event);
      break;
    case "publish":
      publishedOf(ledger, event.event).calls.push(event);
      break;
    case "published":
      publishedOf(ledger, event.event).answers.push(event);
      break;
  }
}

function tell(stream: StreamFile, leases: readonly LeaseSeen[], atMs: number): void {
  for (const lease of leases) {
    findOrAdd(stream.told, keyOf(lease), () => atMs);
  }
}

function taskOf(ledger: Ledger, id: string): TaskFile {
  return findOrAdd(ledger.tasks, id, () => ({
    id,
    leases: new Map(),
    cancels: [],
    reads: [],
    receipts: [],
  }));
}

function opOf(ledger: Ledger, op: string): OpFile {
  return findOrAdd(ledger.ops, op, () => ({ op, calls: [], answers: [], taskIds: new Set() }));
}

function scheduleOf(ledger: Ledger, name: string): ScheduleFile {
  return findOrAdd(ledger.schedules, name, () => ({ puts: [], listings: [] }));
}

function publishedOf(ledger: Ledger, id: string): EventFile {
  return findOrAdd(ledger.published, id, () => ({ id, calls: [], answers: [] }));
}

function streamOf(
  ledger: Ledger,
  event: { readonly stream: string; readonly by: string },
): StreamFile {
  return findOrAdd(ledger.streams, event.stream, () => ({
    id: event.stream,
    by: event.by,
    hello: null,
    welcome: null,
    endedAtMs: null,
    heartbeats: new Map(),
    grants: [],
    told: new Map(),
  }));
}

function findOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) {
    return known;
  }
  const added = make();
  map.set(key, added);
  return added;
}
