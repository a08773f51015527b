// Written by scripts/proto/generate-guard.ts from the .proto files; do not edit.
import { LIMITS } from "@baton/proto/shared";

const RetryPolicy = {
  lists: {
    6: { name: "non_retryable_types", max: LIMITS.maxNonRetryableTypes },
  },
};

const TaskSpec = {
  lists: {
    5: { name: "headers", max: LIMITS.maxHeaders },
    6: { name: "labels", max: LIMITS.maxLabels },
  },
  members: {
    13: { name: "retry_policy", shape: RetryPolicy },
  },
};

const SubmitRequest = {
  members: {
    1: { name: "task", shape: TaskSpec },
  },
};

const SubmitBatchRequest = {
  lists: {
    1: { name: "tasks", max: LIMITS.maxBatchItems, shape: TaskSpec },
  },
};

const SubmitItem = {
  members: {
    2: { name: "task", shape: TaskSpec },
  },
};

const SubmitStreamRequest = {
  lists: {
    1: { name: "items", max: LIMITS.maxBatchItems, shape: SubmitItem },
  },
};

const AwaitItem = {};

const AwaitForget = {};

const AwaitStreamRequest = {
  lists: {
    1: { name: "items", max: LIMITS.maxBatchItems, shape: AwaitItem },
    2: { name: "forgets", max: LIMITS.maxBatchItems, shape: AwaitForget },
  },
};

const WorkerSubscription = {
  lists: {
    2: { name: "types", max: LIMITS.maxSubscriptionTypes },
  },
};

const LeaseRef = {};

const Hello = {
  lists: {
    4: { name: "subscriptions", max: LIMITS.maxSubscriptions, shape: WorkerSubscription },
    5: { name: "held", max: LIMITS.maxHeldLeases, shape: LeaseRef },
    6: { name: "labels", max: LIMITS.maxLabels },
  },
};

const HeldLease = {};

const Heartbeat = {
  lists: {
    1: { name: "leases", max: LIMITS.maxHeldLeases, shape: HeldLease },
  },
};

const Settlement = {};

const Settle = {
  lists: {
    1: { name: "settlements", max: LIMITS.maxBatchItems, shape: Settlement },
  },
};

const WorkerFrame = {
  members: {
    1: { name: "hello", shape: Hello },
    3: { name: "heartbeat", shape: Heartbeat },
    4: { name: "settle", shape: Settle },
  },
};

const SettleRequest = {
  lists: {
    1: { name: "settlements", max: LIMITS.maxBatchItems, shape: Settlement },
  },
};

const Schedule = {
  members: {
    2: { name: "task", shape: TaskSpec },
  },
};

const PutScheduleRequest = {
  members: {
    1: { name: "schedule", shape: Schedule },
  },
};

const Event = {
  lists: {
    8: { name: "extensions", max: LIMITS.maxEventExtensions },
  },
};

const PublishRequest = {
  members: {
    1: { name: "event", shape: Event },
  },
};

const PublishBatchRequest = {
  lists: {
    1: { name: "events", max: LIMITS.maxBatchItems, shape: Event },
  },
};

const Subscription = {
  lists: {
    4: { name: "attributes", max: LIMITS.maxEventExtensions },
  },
  members: {
    5: { name: "task", shape: TaskSpec },
  },
};

const PutSubscriptionRequest = {
  members: {
    1: { name: "subscription", shape: Subscription },
  },
};

const TaskFilter = {
  lists: {
    2: { name: "states", max: LIMITS.maxFilterStates },
    3: { name: "types", max: LIMITS.maxSubscriptionTypes },
    4: { name: "labels", max: LIMITS.maxLabels },
  },
};

const StartOperationRequest = {
  lists: {
    4: { name: "task_ids", max: LIMITS.maxOperationIds },
  },
  members: {
    3: { name: "filter", shape: TaskFilter },
  },
};

/** What to count in the requests that may be large, by the paths of their methods. */
export const MESSAGE_SHAPES = {
  "/baton.v1.TaskService/Submit": SubmitRequest,
  "/baton.v1.TaskService/SubmitBatch": SubmitBatchRequest,
  "/baton.v1.TaskService/SubmitStream": SubmitStreamRequest,
  "/baton.v1.TaskService/AwaitStream": AwaitStreamRequest,
  "/baton.v1.WorkerService/Lease": WorkerFrame,
  "/baton.v1.WorkerService/Settle": SettleRequest,
  "/baton.v1.ScheduleService/PutSchedule": PutScheduleRequest,
  "/baton.v1.EventService/Publish": PublishRequest,
  "/baton.v1.EventService/PublishBatch": PublishBatchRequest,
  "/baton.v1.EventService/PutSubscription": PutSubscriptionRequest,
  "/baton.v1.OperationService/StartOperation": StartOperationRequest,
};
