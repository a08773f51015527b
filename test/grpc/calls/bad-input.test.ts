import assert from "node:assert/strict";
import { type CallEnd, failureOf, type RequestOf } from "../../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";

type Service = "TaskService" | "WorkerService" | "WorkerAdminService" | "QueueService";
interface BadRequest {
  readonly call: readonly [Service, string];
  readonly what: string;
  readonly request: object;
  readonly reason?: string;
  readonly fields?: readonly string[];
}

const ID = "email~0123456789abcdef";
const TASK = { queue: "email", type: "send" };
const LEASE = { taskId: ID, leaseToken: 1 };
const KEY = "0123456789abcdef01234567";

const badRequests: readonly BadRequest[] = [
  { call: ["TaskService", "Submit"], what: "no task", request: {}, fields: ["task"] },
  {
    call: ["TaskService", "Submit"],
    what: "several wrong fields",
    request: {
      task: {
        queue: "{}",
        delay: { seconds: -1 },
        labels: { "a b": "" },
        priority: 10,
        retryPolicy: { maxAttempts: 0, multiplier: Number.NaN },
      },
    },
    fields: [
      "task.queue",
      "task.type",
      'task.labels["a b"]',
      "task.priority",
      "task.delay",
      "task.retry_policy.max_attempts",
      "task.retry_policy.multiplier",
    ],
  },
  {
    call: ["TaskService", "Submit"],
    what: "the label __proto__",
    request: { task: { ...TASK, labels: JSON.parse('{"__proto__": "x"}') } },
    fields: ['task.labels["__proto__"]'],
  },
  {
    call: ["TaskService", "Submit"],
    what: "an oversize payload",
    request: { task: { ...TASK, payload: Buffer.alloc(1024 * 1024 + 1) } },
    reason: "PAYLOAD_TOO_LARGE",
    fields: ["task.payload"],
  },
  {
    call: ["TaskService", "Submit"],
    what: "keys with control characters, and too long",
    request: { task: { ...TASK, orderingKey: "a\n", concurrencyKey: "k".repeat(129) } },
    fields: ["task.ordering_key", "task.concurrency_key"],
  },
  { call: ["TaskService", "SubmitBatch"], what: "no tasks", request: {}, fields: ["tasks"] },
  {
    call: ["TaskService", "SubmitBatch"],
    what: "1001 tasks",
    request: { tasks: Array(1_001).fill(TASK) },
    fields: ["tasks"],
  },
  ...["Get", "Await", "Cancel", "Redrive", "RunNow", "Delete", "Explain"].flatMap(
    (name): BadRequest[] => [
      { call: ["TaskService", name], what: "no task id", request: {}, fields: ["task_id"] },
      {
        call: ["TaskService", name],
        what: "a task id of no queue",
        request: { taskId: "~0123456789abcdef" },
        fields: ["task_id"],
      },
    ],
  ),
  {
    call: ["TaskService", "Get"],
    what: "a request id without its queue, beside a task id",
    request: { taskId: ID, requestId: "r\u0000" },
    fields: ["task_id", "queue", "request_id"],
  },
  {
    call: ["TaskService", "Get"],
    what: "a queue without a request id",
    request: { queue: "email" },
    fields: ["request_id"],
  },
  {
    call: ["TaskService", "Cancel"],
    what: "a long reason",
    request: { taskId: ID, reason: "€".repeat(342) },
    fields: ["reason"],
  },
  { call: ["TaskService", "List"], what: "no queue", request: {}, fields: ["queue"] },
  {
    call: ["TaskService", "List"],
    what: "the zero state, an unknown one and one twice",
    request: { queue: "email", states: [0, 77, "TASK_STATE_READY", 2] },
    fields: ["states[0]", "states[1]", "states[3]"],
  },
  {
    call: ["TaskService", "List"],
    what: "wrong filters",
    request: {
      queue: "email",
      type: "a b",
      labels: { k: "\u0000" },
      submittedFrom: { nanos: -1 },
      submittedBefore: { seconds: "253402300800" },
      pageSize: 1_001,
    },
    fields: ["type", 'labels["k"]', "submitted_from", "submitted_before", "page_size"],
  },
  ...["%%%", "bnVsbA", "a".repeat(2_000)].map(
    (pageToken): BadRequest => ({
      call: ["TaskService", "List"],
      what: `the page token ${pageToken.slice(0, 9)}`,
      request: { queue: "email", pageToken },
      reason: "INVALID_PAGE_TOKEN",
      fields: [],
    }),
  ),
  {
    call: ["WorkerService", "Settle"],
    what: "no session key",
    request: { settlements: [{ lease: LEASE, complete: {} }] },
    fields: ["session_key"],
  },
  {
    call: ["WorkerService", "Settle"],
    what: "what is no session key",
    request: { sessionKey: `${KEY}=`, settlements: [{ lease: LEASE, complete: {} }] },
    fields: ["session_key"],
  },
  {
    call: ["WorkerService", "Settle"],
    what: "no settlements",
    request: { sessionKey: KEY },
    fields: ["settlements"],
  },
  {
    call: ["WorkerService", "Settle"],
    what: "1001 settlements",
    request: { sessionKey: KEY, settlements: Array(1_001).fill({ lease: LEASE, complete: {} }) },
    fields: ["settlements"],
  },
  {
    call: ["WorkerService", "Settle"],
    what: "a settlement without a lease, whatever else is in order",
    request: { sessionKey: KEY, settlements: [{ lease: LEASE, complete: {} }, { complete: {} }] },
    fields: ["settlements[1].lease"],
  },
  {
    call: ["WorkerService", "Settle"],
    what: "a token above 2^53 - 1",
    request: {
      sessionKey: KEY,
      settlements: [{ lease: { taskId: ID, leaseToken: "9007199254740992" } }],
    },
    fields: ["settlements[0].lease.lease_token"],
  },
  { call: ["QueueService", "GetQueue"], what: "no name", request: {}, fields: ["name"] },
  {
    call: ["QueueService", "GetQueue"],
    what: "a lone surrogate",
    request: { name: "\uD83D" },
    fields: ["name"],
  },
  {
    call: ["QueueService", "ListQueues"],
    what: "a page of 1001",
    request: { pageSize: 1_001 },
    fields: ["page_size"],
  },
  {
    call: ["QueueService", "ListQueues"],
    what: "a malformed page token",
    request: { pageToken: "x" },
    reason: "INVALID_PAGE_TOKEN",
    fields: [],
  },
  {
    call: ["QueueService", "UpdateQueue"],
    what: "no settings",
    request: { name: "email" },
    fields: ["settings"],
  },
  {
    call: ["QueueService", "UpdateQueue"],
    what: "settings that say nothing",
    request: { name: "email", settings: {} },
    fields: ["update_mask"],
  },
  {
    call: ["QueueService", "UpdateQueue"],
    what: "a setting that there is none of",
    request: { name: "email", settings: {}, updateMask: { paths: ["paused", "speed"] } },
    fields: ["update_mask.paths[1]"],
  },
  {
    call: ["QueueService", "UpdateQueue"],
    what: "enums and limits out of their ranges",
    request: {
      name: "email",
      settings: {
        fairBy: 9,
        onDead: 9,
        keyWeight: 0,
        rateLimit: { tasks: 1, burst: 0 },
        maxBacklog: 10 ** 10,
      },
    },
    fields: [
      "settings.max_backlog",
      "settings.rate_limit.burst",
      "settings.key_weight",
      "settings.fair_by",
      "settings.on_dead",
    ],
  },
  { call: ["QueueService", "PauseQueue"], what: "no name", request: {}, fields: ["name"] },
  { call: ["QueueService", "ResumeQueue"], what: "no name", request: {}, fields: ["name"] },
  {
    call: ["QueueService", "PutQueueKey"],
    what: "no key",
    request: { queue: "email", settings: { weight: 3 } },
    fields: ["key"],
  },
  {
    call: ["QueueService", "PutQueueKey"],
    what: "a weight of 0",
    request: { queue: "email", key: "k", settings: { weight: 0 } },
    fields: ["settings.weight"],
  },
  {
    call: ["QueueService", "ListQueueKeys"],
    what: "an unknown filter",
    request: { queue: "email", filter: 7 },
    fields: ["filter"],
  },
  {
    call: ["QueueService", "CountDead"],
    what: "a bad queue and a page of 1001",
    request: { queue: "a b", pageSize: 1_001 },
    fields: ["queue", "page_size"],
  },
  {
    call: ["QueueService", "CountDead"],
    what: "a page token of another list",
    request: { pageToken: "x" },
    reason: "INVALID_PAGE_TOKEN",
    fields: [],
  },
  {
    call: ["QueueService", "ListQueueKeys"],
    what: "a page token of another list",
    request: { queue: "email", pageToken: "x" },
    reason: "INVALID_PAGE_TOKEN",
    fields: [],
  },
  {
    call: ["QueueService", "DeleteQueue"],
    what: "purge without a name",
    request: { purge: true },
    fields: ["name"],
  },
  {
    call: ["WorkerAdminService", "ListWorkers"],
    what: "filters that are no names",
    request: { queue: "a b", type: "~", workerId: "-", pageSize: 1_001 },
    fields: ["queue", "type", "worker_id", "page_size"],
  },
  {
    call: ["WorkerAdminService", "ListWorkers"],
    what: "a page token of another list",
    request: { pageToken: "x" },
    reason: "INVALID_PAGE_TOKEN",
    fields: [],
  },
  {
    call: ["WorkerAdminService", "DrainWorker"],
    what: "nobody",
    request: { reason: "x".repeat(1_025) },
    fields: ["session_id", "reason"],
  },
  {
    call: ["WorkerAdminService", "DrainWorker"],
    what: "both of what names a worker",
    request: { sessionId: "0123456789abcdef", workerId: "w-1" },
    fields: ["session_id"],
  },
  {
    call: ["WorkerAdminService", "DrainWorker"],
    what: "a session's key in place of its id",
    request: { sessionId: "0123456789abcdef01234567" },
    fields: ["session_id"],
  },
];

describe("Bad input", () => {
  let grpc: GrpcUnderTest;

  before(async () => {
    grpc = await startGrpc(new ScriptedDispatcher());
  });

  after(() => grpc?.stop());

  function send(service: Service, name: string, request: object): Promise<CallEnd> {
    const anyRequest = request as RequestOf<"TaskService", "Get">;
    return failureOf(grpc.client.call(service as "TaskService", name as "Get", anyRequest));
  }

  for (const { call, what, request, reason = "INVALID_FIELD", fields = [] } of badRequests) {
    it(`in ${call[1]}: ${what} is answered ${reason}`, async () => {
      const failure = await send(...call, request);
      assert.equal(failure.code, "INVALID_ARGUMENT");
      assert.equal(failure.reason, reason);
      assert.deepEqual(failure.fields, fields);
    });
  }

  it("in Watch ends the stream", async () => {
    const end = await grpc.client.watch("\uD83D").ended;
    assert.equal(end.code, "INVALID_ARGUMENT");
    assert.deepEqual(end.fields, ["task_id"]);
  });

  it("is told from what is not there yet", async () => {
    for (const [service, name] of [
      ["ScheduleService", "PutSchedule"],
      ["ScheduleService", "ListFirings"],
      ["EventService", "Publish"],
      ["EventService", "DeleteSubscription"],
    ] as const) {
      const failure = await failureOf(
        grpc.client.call(service as "ScheduleService", name as "PutSchedule", {}),
      );
      assert.equal(failure.code, "UNIMPLEMENTED");
      assert.equal(failure.reason, "NOT_SUPPORTED");
    }
  });

  it("logs nothing, since it is no fault of the dispatcher", () => {
    assert.deepEqual(grpc.log, []);
  });
});
