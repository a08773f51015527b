import assert from "node:assert/strict";
import type { Operations } from "../../../server/src/automation/operations/contract.ts";
import { createOperations } from "../../../server/src/automation/operations/operations.ts";
import type { Dispatcher } from "../../../server/src/dispatch/contract.ts";
import { createGrpcServer, type GrpcServer } from "../../../server/src/grpc/server.ts";
import { countsOf } from "../../store/conformance/actions.ts";
import { openWorld, processOf, silent, type World } from "../../support/automation.ts";
import { failureOf, GrpcClient, type RequestOf } from "../../support/grpc/grpc-client.ts";
import { kill } from "../../support/operation-factory.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newTask } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";

type Start = RequestOf<"OperationService", "StartOperation">;

const REDRIVE = { kind: "OPERATION_KIND_REDRIVE" } as const;
const QUEUE = "email";
const ID = newTask().id;

/** Requests that are refused, and the fields that are named. */
const BAD: readonly (readonly [what: string, request: Start, ...fields: string[]])[] = [
  ["nothing", {}, "kind", "filter"],
  ["a kind that is none", { kind: 99 as never, taskIds: [ID] }, "kind"],
  [
    "a filter and ids",
    { ...REDRIVE, filter: { queue: QUEUE, all: true }, taskIds: [ID] },
    "task_ids",
  ],
  ["no queue", { ...REDRIVE, filter: { types: ["send"] } }, "filter.queue"],
  ["a filter of everything", { ...REDRIVE, filter: { queue: QUEUE } }, "filter"],
  [
    "a filter of everything that spells the states out",
    { ...REDRIVE, filter: { queue: QUEUE, states: ["TASK_STATE_DEAD"] } },
    "filter",
  ],
  [
    "states that it may not touch, unknown ones and one twice",
    {
      kind: "OPERATION_KIND_DELETE",
      filter: {
        queue: QUEUE,
        states: ["TASK_STATE_LEASED", 99 as never, "TASK_STATE_DEAD", "TASK_STATE_DEAD"],
      },
    },
    "filter.states[0]",
    "filter.states[1]",
    "filter.states[3]",
  ],
  [
    "times that are reversed",
    {
      ...REDRIVE,
      filter: { queue: QUEUE, submittedFrom: { seconds: 20 }, submittedBefore: { seconds: 10 } },
    },
    "filter.submitted_before",
  ],
  [
    "wrong conditions",
    {
      ...REDRIVE,
      filter: {
        queue: QUEUE,
        types: ["a b"],
        labels: { "a b": "" },
        concurrencyKey: "a\n",
        failureType: "x".repeat(129),
      },
    },
    "filter.types[0]",
    "filter.concurrency_key",
    "filter.failure_type",
    'filter.labels["a b"]',
  ],
  [
    "an id that is none, and one twice",
    { ...REDRIVE, taskIds: [ID, "x", ID] },
    "task_ids[1]",
    "task_ids[2]",
  ],
  [
    "too many ids",
    { ...REDRIVE, taskIds: Array.from({ length: 1_001 }, () => newTask().id) },
    "task_ids",
  ],
  [
    "numbers out of range, and texts too long",
    {
      ...REDRIVE,
      taskIds: [ID],
      maxTasks: 1_000_001,
      tasksPerSecond: 2_001,
      reason: "x".repeat(1_025),
      requestId: "x".repeat(129),
    },
    "request_id",
    "max_tasks",
    "tasks_per_second",
    "reason",
  ],
];

describe("The operation service", () => {
  let world: World;
  let operations: Operations;
  let server: GrpcServer;
  let client: GrpcClient;

  beforeEach(async () => {
    world = openWorld();
    operations = createOperations(processOf(world, new Life()));
    const dispatcher = { isReady: () => true } as Dispatcher;
    const settings = { closeGraceMs: 10 };
    const { clock } = world;
    server = createGrpcServer({ dispatcher, operations, clock, log: silent, settings });
    client = new GrpcClient(`127.0.0.1:${await server.listen("127.0.0.1:0")}`);
  });
  afterEach(async () => {
    client?.close();
    const closing = server?.close();
    world?.clock.advance(10);
    await closing;
    await operations?.end();
    await world?.store.close();
  });

  const start = (request: Start) => client.call("OperationService", "StartOperation", request);

  it("returns an operation as it is stored, every default filled in", async () => {
    await kill(world.store, 3);
    world.clock.advance(10);
    const filter = { queue: QUEUE, failureType: "Boom", labels: {} };
    const { operation, preview } = await start({
      ...REDRIVE,
      filter,
      requestId: "r",
      reason: "ok",
    });
    assert.equal(preview, null);
    assert.ok(operation);
    assert.deepEqual(
      [operation.requestId, operation.kind, operation.maxTasks, operation.tasksPerSecond],
      ["r", "OPERATION_KIND_REDRIVE", 10_000, 500],
    );
    assert.deepEqual(operation.filter?.states, ["TASK_STATE_DEAD"]);
    assert.deepEqual([operation.reason, operation.state], ["ok", "OPERATION_STATE_RUNNING"]);
    assert.match(operation.startedBy, /127\.0\.0\.1:\d+/);
    operations.begin();
    await eventually(async () => {
      world.clock.advance(100);
      const { id: operationId } = operation;
      const found = await client.call("OperationService", "GetOperation", { operationId });
      assert.equal(found.operation?.state, "OPERATION_STATE_DONE");
      assert.equal(found.operation.done, 3);
    });
  });

  it("answers a dry run with the count and some ids, and changes nothing", async () => {
    const ids = await kill(world.store, 3);
    world.clock.advance(10);
    const { operation, preview } = await start({ ...REDRIVE, taskIds: ids, dryRun: true });
    assert.equal(operation, null);
    assert.deepEqual(preview, { tasks: 3, sampleTaskIds: ids, complete: true });
    assert.equal((await countsOf(world.store)).DEAD, 3);
    assert.deepEqual((await client.call("OperationService", "ListOperations", {})).operations, []);
  });

  it("lists page by page, and refuses tokens that are none", async () => {
    for (const requestId of ["a", "b", "c"]) {
      await start({ ...REDRIVE, taskIds: [ID], requestId });
      world.clock.advance(10);
    }
    const list = (pageToken: string) =>
      client.call("OperationService", "ListOperations", { pageSize: 2, pageToken });
    const first = await list("");
    const second = await list(first.nextPageToken);
    assert.equal(second.nextPageToken, "");
    const ids = [...first.operations, ...second.operations].map(({ requestId }) => requestId);
    assert.deepEqual(ids, ["c", "b", "a"]);
    assert.equal((await failureOf(list("x"))).reason, "INVALID_PAGE_TOKEN");
  });

  it("does not know an operation that was never started", async () => {
    for (const name of ["GetOperation", "StopOperation"] as const) {
      const call = (operationId: string) => client.call("OperationService", name, { operationId });
      assert.equal((await failureOf(call("unheard-of"))).reason, "OPERATION_NOT_FOUND");
      assert.deepEqual((await failureOf(call(""))).fields, ["operation_id"]);
    }
  });

  for (const [what, request, ...fields] of BAD) {
    it(`refuses ${what}`, async () => {
      const failure = await failureOf(start(request));
      assert.equal(failure.code, "INVALID_ARGUMENT");
      assert.deepEqual(failure.fields.toSorted(), fields.toSorted());
    });
  }
});
