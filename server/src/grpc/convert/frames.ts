import { LIMITS } from "@baton/proto/shared";
import type { HeldLease, SettlementAnswer, WorkerMessage } from "../../dispatch/contract.ts";
import { assertNever, TaskError } from "../../domain/errors.ts";
import type { LeaseRef } from "../../domain/ids.ts";
import type { LeasedTask } from "../../domain/task.ts";
import { checkCount, FieldChecks } from "../../intake/validate-fields.ts";
import { validateHeldLease } from "../../intake/validate-lease.ts";
import type { Received, Sent } from "../wire.ts";
import { toWireTime } from "./time.ts";

type WireStatus = Received<"SettlementResult">["status"];
type WireDrainCause = Received<"ServerDrain">["cause"];
type DrainCause = Extract<WorkerMessage, { kind: "drain" }>["cause"];

const WIRE_STATUSES: Readonly<Record<SettlementAnswer["status"], WireStatus>> = {
  OK: "SETTLEMENT_STATUS_OK",
  STALE: "SETTLEMENT_STATUS_STALE",
  RETRY: "SETTLEMENT_STATUS_RETRY",
  REJECTED: "SETTLEMENT_STATUS_REJECTED",
};

const WIRE_DRAIN_CAUSES: Readonly<Record<DrainCause, WireDrainCause>> = {
  SHUTDOWN: "DRAIN_CAUSE_SHUTDOWN",
  REBALANCE: "DRAIN_CAUSE_REBALANCE",
};

/** Reads the leases of a heartbeat, or says what is wrong with one. */
export function fromWireHeld(leases: Received<"Heartbeat">["leases"]): HeldLease[] | TaskError {
  const checks = new FieldChecks("heartbeat");
  if (!checkCount(checks, "leases", leases, 0, LIMITS.maxHeldLeases)) {
    return checks.error() ?? [];
  }
  const held: HeldLease[] = [];
  for (const [index, input] of leases.entries()) {
    const lease = validateHeldLease(input, "heartbeat.leases", index);
    if (lease instanceof TaskError) {
      return lease;
    }
    held.push(lease);
  }
  return held;
}

/** Writes what the dispatcher tells a worker. */
export function toServerFrame(message: WorkerMessage): Sent<"ServerFrame"> {
  switch (message.kind) {
    case "welcome":
      return { welcome: toWireWelcome(message) };
    case "grant":
      return { grant: { tasks: message.tasks.map(toWireGranted) } };
    case "heartbeat_ack":
      return {
        heartbeatAck: {
          sequence: message.sequence,
          lost: message.lost.map(toWireLease),
          cancelled: message.cancelled.map(toWireLease),
        },
      };
    case "settle_ack":
      return { settleAck: { results: message.results.map(toWireAnswer) } };
    case "cancel":
      return { cancel: { lease: toWireLease(message.lease), reason: message.reason } };
    case "drain":
      return {
        drain: { cause: WIRE_DRAIN_CAUSES[message.cause], grace: toWireTime(message.graceMs) },
      };
    case "drain_ack":
      return { drainAck: {} };
    case "dismiss":
      return { dismiss: { reason: message.reason } };
    case "throttle":
      return {
        throttle: { reason: message.reason, retryAfter: toWireTime(message.retryAfterMs) },
      };
    default:
      return assertNever(message);
  }
}

/** Writes what became of a settlement. */
export function toWireAnswer(answer: SettlementAnswer): Sent<"SettlementResult"> {
  return {
    lease: toWireLease(answer.lease),
    status: WIRE_STATUSES[answer.status],
    reason: answer.reason,
  };
}

function toWireWelcome(welcome: Extract<WorkerMessage, { kind: "welcome" }>): Sent<"Welcome"> {
  return {
    sessionKey: welcome.sessionKey,
    leaseTtl: toWireTime(welcome.leaseTtlMs),
    heartbeatInterval: toWireTime(welcome.heartbeatIntervalMs),
    kept: welcome.kept.map(toWireLease),
    lost: welcome.lost.map(toWireLease),
    maxMessageBytes: LIMITS.maxMessageBytes,
    maxPayloadBytes: LIMITS.maxPayloadBytes,
  };
}

function toWireGranted(task: LeasedTask): Sent<"GrantedTask"> {
  const { spec } = task;
  return {
    lease: { taskId: task.id, leaseToken: task.token },
    queue: spec.queue,
    type: spec.type,
    payload: spec.payload,
    contentType: spec.contentType,
    headers: spec.headers,
    attempt: task.attempt,
    maxAttempts: spec.retryPolicy.maxAttempts,
    crashes: task.crashes,
    attemptTimeout: toWireTime(spec.attemptTimeoutMs),
    checkpoint: task.checkpoint,
    previousTraceparent: task.previousTraceparent,
    queued: toWireTime(task.queuedMs),
    concurrencyKey: spec.concurrencyKey,
    orderingKey: spec.orderingKey,
    ...(spec.shard !== undefined && {
      shardIndex: spec.shard.index,
      shardTotal: spec.shard.total,
    }),
  };
}

function toWireLease(lease: LeaseRef): Sent<"LeaseRef"> {
  return { taskId: lease.taskId, leaseToken: lease.token };
}
