import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Field, Type } from "protobufjs";
import { loadRoot, methodNamed, pathOf, protobuf } from "./proto-root.ts";

/** The methods whose requests may be large; of others the flood guard looks at their size alone. */
const METHODS = [
  "TaskService.Submit",
  "TaskService.SubmitBatch",
  "TaskService.SubmitStream",
  "TaskService.AwaitStream",
  "WorkerService.Lease",
  "WorkerService.Settle",
  "ScheduleService.PutSchedule",
  "EventService.Publish",
  "EventService.PublishBatch",
  "EventService.PutSubscription",
  "OperationService.StartOperation",
];

/** How many there may be in each list and map of their requests, by the name of the limit. */
const BOUNDS: Readonly<Record<string, string>> = {
  "AwaitStreamRequest.forgets": "maxBatchItems",
  "AwaitStreamRequest.items": "maxBatchItems",
  "Event.extensions": "maxEventExtensions",
  "Heartbeat.leases": "maxHeldLeases",
  "Hello.held": "maxHeldLeases",
  "Hello.labels": "maxLabels",
  "Hello.subscriptions": "maxSubscriptions",
  "PublishBatchRequest.events": "maxBatchItems",
  "RetryPolicy.non_retryable_types": "maxNonRetryableTypes",
  "Settle.settlements": "maxBatchItems",
  "SettleRequest.settlements": "maxBatchItems",
  "StartOperationRequest.task_ids": "maxOperationIds",
  "SubmitBatchRequest.tasks": "maxBatchItems",
  "SubmitStreamRequest.items": "maxBatchItems",
  "Subscription.attributes": "maxEventExtensions",
  "TaskFilter.labels": "maxLabels",
  "TaskFilter.states": "maxFilterStates",
  "TaskFilter.types": "maxSubscriptionTypes",
  "TaskSpec.headers": "maxHeaders",
  "TaskSpec.labels": "maxLabels",
  "WorkerSubscription.types": "maxSubscriptionTypes",
};

const root = loadRoot(
  ["task_service", "worker_service", "schedule_service", "event_service", "operation_service"].map(
    (name) => `baton/v1/${name}.proto`,
  ),
);
const unused = new Set(Object.keys(BOUNDS));
const shapes = new Map<Type, string>();
const entries = METHODS.map((name) => {
  const method = methodNamed(root, `baton.v1.${name}`);
  return `  ${JSON.stringify(pathOf(method))}: ${shapeOf(method.resolvedRequestType as Type)},`;
});
if (unused.size > 0) {
  throw new Error(`no request has ${[...unused].join(", ")}`);
}
writeFileSync(
  join(import.meta.dirname, "../../server/src/grpc/calls/message-shapes.generated.ts"),
  [
    "// Written by scripts/proto/generate-guard.ts from the .proto files; do not edit.",
    'import { LIMITS } from "@baton/proto/shared";',
    "",
    ...shapes.values(),
    "/** What to count in the requests that may be large, by the paths of their methods. */",
    "export const MESSAGE_SHAPES = {",
    ...entries,
    "};",
    "",
  ].join("\n"),
);

/** Returns the name of a message's shape, which is declared once. */
function shapeOf(type: Type): string {
  if (!shapes.has(type)) {
    const lists = type.fieldsArray.filter(isList).map(listOf);
    const members = type.fieldsArray.filter((field) => !isList(field)).flatMap(memberOf);
    const parts = [
      ...(lists.length === 0 ? [] : [`  lists: {\n${lists.join("\n")}\n  },`]),
      ...(members.length === 0 ? [] : [`  members: {\n${members.join("\n")}\n  },`]),
    ];
    const body = parts.length === 0 ? "{}" : `{\n${parts.join("\n")}\n}`;
    shapes.set(type, `const ${type.name} = ${body};\n`);
  }
  return type.name;
}

function isList(field: Field): boolean {
  return field.repeated || field.map;
}

function listOf(field: Field): string {
  const place = `${field.parent?.name}.${wireNameOf(field)}`;
  const limit = BOUNDS[place];
  if (limit === undefined) {
    throw new Error(`${place} has no bound: say in ${import.meta.filename} how many there may be`);
  }
  unused.delete(place);
  const inner = messageOf(field);
  const shape = inner === null || field.map ? "" : `, shape: ${shapeOf(inner)}`;
  return `    ${field.id}: { name: "${wireNameOf(field)}", max: LIMITS.${limit}${shape} },`;
}

/** A member is looked into where a list is somewhere in it. */
function memberOf(field: Field): string[] {
  const inner = messageOf(field);
  return inner === null || !hasLists(inner)
    ? []
    : [`    ${field.id}: { name: "${wireNameOf(field)}", shape: ${shapeOf(inner)} },`];
}

function hasLists(type: Type): boolean {
  return type.fieldsArray.some((field) => {
    const inner = messageOf(field);
    return isList(field) || (inner !== null && hasLists(inner));
  });
}

function messageOf(field: Field): Type | null {
  return field.resolvedType instanceof protobuf.Type ? field.resolvedType : null;
}

/** protobufjs has names in camel case; errors name a field as the .proto files do. */
function wireNameOf(field: Field): string {
  return field.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
