/**
 * The names of every span attribute and metric label of Baton. Those of OpenTelemetry's messaging
 * conventions are still in development there and are copied here, so that a new version of a package
 * cannot change what is sent; Baton's own stand below `messaging.baton`.
 */
export const ATTRIBUTES = {
  system: "messaging.system",
  operationName: "messaging.operation.name",
  operationType: "messaging.operation.type",
  destination: "messaging.destination.name",
  messageId: "messaging.message.id",
  bodySize: "messaging.message.body.size",
  clientId: "messaging.client.id",
  errorType: "error.type",
  taskType: "messaging.baton.task.type",
  attempt: "messaging.baton.attempt",
  queuedMs: "messaging.baton.queued_ms",
  outcome: "messaging.baton.outcome",
  settlementStatus: "messaging.baton.settlement_status",
  taskState: "messaging.baton.task.state",
  storeCall: "messaging.baton.store.call",
  blockCause: "messaging.baton.block_cause",
} as const;

/** What `messaging.system` says. */
export const SYSTEM = "baton";
