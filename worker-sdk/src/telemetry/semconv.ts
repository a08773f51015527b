/**
 * Names of OpenTelemetry's messaging conventions that are still in development there, so that a new
 * version of a package cannot change what this one sends.
 */
export const ATTRIBUTES = {
  system: "messaging.system",
  operationName: "messaging.operation.name",
  operationType: "messaging.operation.type",
  destination: "messaging.destination.name",
  messageId: "messaging.message.id",
  bodySize: "messaging.message.body.size",
  errorType: "error.type",
  taskType: "messaging.baton.task.type",
  attempt: "messaging.baton.attempt",
  queuedMs: "messaging.baton.queued_ms",
  outcome: "messaging.baton.outcome",
  settlementStatus: "messaging.baton.settlement_status",
} as const;

/** What `messaging.system` says. */
export const SYSTEM = "baton";
