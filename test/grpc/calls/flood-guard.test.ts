import assert from "node:assert/strict";
import { loadBaton } from "@baton/proto";
import fc from "fast-check";
import { refusalOf } from "../../../server/src/grpc/calls/flood-guard.ts";
import { services } from "../../../server/src/grpc/wire.ts";
import { type CallEnd, failureOf, StreamProbe } from "../../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";

const MANY = 300_000;
const TASK = { queue: "email", type: "send" };
const { SubmitBatchRequest, WorkerFrame } = loadBaton().baton.v1;
const guardedBatch = services.TaskService.service.SubmitBatch;

function varint(value: number): Buffer {
  const bytes = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) {
    bytes.push((rest & 0x7f) | 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

/** A field that holds bytes. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

/** A field that holds nothing, many times over. */
function flood(number: number, count = MANY): Buffer {
  return Buffer.concat(Array(count).fill(field(number, Buffer.alloc(0))));
}

function times(count: number, bytes: Buffer): Buffer {
  return Buffer.concat(Array(count).fill(bytes));
}

const requests: readonly (readonly [string, string, Buffer, readonly string[]])[] = [
  ["TaskService/SubmitBatch", "tasks", flood(1), ["tasks"]],
  [
    "TaskService/SubmitBatch",
    "headers of one task",
    Buffer.concat([field(1, Buffer.alloc(0)), field(1, flood(5))]),
    ["tasks[1].headers"],
  ],
  ["TaskService/Submit", "labels", field(1, flood(6)), ["task.labels"]],
  [
    "TaskService/Submit",
    "failure types",
    field(1, field(13, flood(6))),
    ["task.retry_policy.non_retryable_types"],
  ],
  ["TaskService/Submit", "repeats of one field", flood(1), []],
  ["TaskService/List", "states", times(MANY, Buffer.from([0x10, 1])), []],
  ["TaskService/Get", "letters", field(1, Buffer.alloc(MANY, "a")), []],
  ["WorkerService/Settle", "settlements", flood(1), ["settlements"]],
  ["WorkerService/Settle", "repeats in one settlement", field(1, flood(2)), ["settlements[0]"]],
  ["EventService/PublishBatch", "events", flood(1), ["events"]],
  ["TaskService/Submit", "groups", times(20_000, Buffer.from([0x0b, 0x0c])), []],
  ["TaskService/Submit", "bytes that break off", field(1, Buffer.alloc(30_000, 0xff)), ["task"]],
];

const frames: readonly (readonly [string, Buffer, readonly string[]])[] = [
  ["subscriptions", field(1, flood(4)), ["hello.subscriptions"]],
  ["types", field(1, field(4, flood(2))), ["hello.subscriptions[0].types"]],
  ["held leases", field(1, flood(5)), ["hello.held"]],
  ["leases in a heartbeat", field(3, flood(1)), ["heartbeat.leases"]],
  ["settlements", field(4, flood(1)), ["settle.settlements"]],
];

describe("A request that holds far more than it may", () => {
  let grpc: GrpcUnderTest;

  before(async () => {
    grpc = await startGrpc(new ScriptedDispatcher());
  });

  after(() => grpc?.stop());

  function stream(path: string, bytes: Buffer): Promise<CallEnd> {
    const asItIs = (value: Buffer): Buffer => value;
    const call = grpc.client.plain.makeBidiStreamRequest(path, asItIs, asItIs);
    call.write(bytes);
    return new StreamProbe(call).ended;
  }

  for (const [method, what, bytes, fields] of requests) {
    it(`is refused before it is decoded: ${method} with a flood of ${what}`, async () => {
      const failure = await failureOf(grpc.client.raw(`/baton.v1.${method}`, bytes));
      assert.equal(failure.code, "INVALID_ARGUMENT");
      assert.equal(failure.reason, "INVALID_FIELD");
      assert.deepEqual(failure.fields, fields);
    });
  }

  for (const [what, bytes, fields] of frames) {
    it(`is refused before it is decoded: a worker's frame with a flood of ${what}`, async () => {
      const end = await stream("/baton.v1.WorkerService/Lease", bytes);
      assert.equal(end.reason, "INVALID_FIELD");
      assert.deepEqual(end.fields, fields);
    });
  }

  it("is refused before it is decoded: a submit stream's message with a flood of items", async () => {
    const end = await stream("/baton.v1.TaskService/SubmitStream", flood(1));
    assert.deepEqual(end.fields, ["items"]);
  });

  for (const [number, field] of [
    [1, "items"],
    [2, "forgets"],
  ] as const) {
    it(`is refused before it is decoded: an await stream's message with a flood of ${field}`, async () => {
      const end = await stream("/baton.v1.TaskService/AwaitStream", flood(number));
      assert.deepEqual(end.fields, [field]);
    });
  }
});

describe("A request that holds all that it may", () => {
  function entries(count: number, bytes: number): Record<string, string> {
    return Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`key${index}`, "v".repeat(bytes)]),
    );
  }

  it("is decoded: a batch of 1000 tasks, each with 32 headers and labels", () => {
    const task = { ...TASK, headers: entries(32, 16), labels: entries(32, 16) };
    const bytes = SubmitBatchRequest.serialize({ tasks: Array(1_000).fill(task) });
    const request = guardedBatch.requestDeserialize(bytes);
    assert.equal(refusalOf(request), null);
    assert.equal(request.tasks.length, 1_000);
    assert.equal(Object.keys(request.tasks[999]?.labels ?? {}).length, 32);
  });

  it("is decoded: a Hello with every lease, and subscriptions with every type", () => {
    const types = Array.from({ length: 128 }, (_, index) => `type-${index}`);
    const bytes = WorkerFrame.serialize({
      hello: {
        protocolVersion: 1,
        subscriptions: Array(64).fill({ queue: "email", types }),
        held: Array(1_000).fill({ taskId: "email~0123456789abcdef", leaseToken: "1" }),
      },
    });
    const frame = services.WorkerService.service.Lease.requestDeserialize(bytes);
    assert.equal(refusalOf(frame), null);
    assert.equal(frame.hello?.held.length, 1_000);
  });

  it("is decoded as it would be without the look at it, whatever is in it", () => {
    const task = fc.record({
      queue: fc.string(),
      payload: fc.constant(Buffer.alloc(20_000, 0x0a)),
      headers: fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
      priority: fc.nat(),
      delay: fc.record({ seconds: fc.integer().map(String), nanos: fc.integer() }),
      retryPolicy: fc.record({
        multiplier: fc.double(),
        nonRetryableTypes: fc.array(fc.string(), { maxLength: 3 }),
      }),
    });
    fc.assert(
      fc.property(fc.array(task, { minLength: 1, maxLength: 2 }), (tasks) => {
        const bytes = SubmitBatchRequest.serialize({ tasks });
        const request = guardedBatch.requestDeserialize(bytes);
        assert.equal(refusalOf(request), null);
        const plain = SubmitBatchRequest.deserialize(bytes);
        const again = SubmitBatchRequest.serialize(request);
        assert.ok(again.equals(SubmitBatchRequest.serialize(plain)));
      }),
      { numRuns: 20 },
    );
  });

  it("is refused or fails to decode, and nothing worse, where its bytes are any bytes", () => {
    const garbage = fc
      .uint8Array({ minLength: 1, maxLength: 100 })
      .map((bytes) => Buffer.concat([bytes, Buffer.alloc(17_000, bytes)]));
    fc.assert(
      fc.property(garbage, (bytes) => {
        try {
          guardedBatch.requestDeserialize(bytes);
        } catch (error) {
          assert.ok(error instanceof Error);
        }
      }),
      { numRuns: 50 },
    );
  });
});
