import assert from "node:assert/strict";
import { loadBaton } from "@baton/proto";
import { status } from "@grpc/grpc-js";
import { grpcMessage, workerFrame } from "../crash/support/load/hostile-clients.ts";
import { callRaw } from "./support/raw-call.ts";
import { useTarget } from "./support/target.ts";

const root = loadBaton().baton.v1;
const { TaskService, WorkerService, WorkerAdminService, QueueService } = root;
const METHODS = [
  TaskService,
  WorkerService,
  WorkerAdminService,
  QueueService,
  root.ScheduleService,
  root.EventService,
  root.OperationService,
].flatMap(({ service }) => Object.values(service));
const SUBMIT = "/baton.v1.TaskService/Submit";
const LEASE = "/baton.v1.WorkerService/Lease";
const AWAIT_STREAM = "/baton.v1.TaskService/AwaitStream";
const MEBIBYTE = 1024 * 1024;
/** A lone high surrogate as bytes, which is no UTF-8. */
const LONE_SURROGATE = Buffer.from([0xed, 0xa0, 0xbd]);
/** As many bytes of text, for the serializer to place. */
const STAND_IN = "@@@";

function withSurrogates(bytes: Buffer): Buffer {
  const spoiled = Buffer.from(bytes);
  for (let at = spoiled.indexOf(STAND_IN); at >= 0; at = spoiled.indexOf(STAND_IN)) {
    LONE_SURROGATE.copy(spoiled, at);
  }
  return spoiled;
}

describe("A dispatcher survives messages that", function () {
  this.timeout(20_000);
  const target = useTarget();

  for (const { path } of METHODS) {
    it(`are no protobuf, for ${path}`, async () => {
      const chunks = [grpcMessage(Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3]))];
      const { grpcStatus, isOpen } = await callRaw(target.address, { path, chunks });
      assert.equal(isOpen, false);
      assert.notEqual(grpcStatus, status.OK);
    });
  }

  it("are no gzip although they say so", async () => {
    const chunks = [grpcMessage(Buffer.from("this is no gzip"), 1)];
    const headers = { "grpc-encoding": "gzip" };
    const { grpcStatus, isOpen } = await callRaw(target.address, { path: SUBMIT, chunks, headers });
    assert.equal(isOpen, false);
    assert.notEqual(grpcStatus, status.OK);
  });

  it("are compressed in a way that nobody knows", async () => {
    const chunks = [grpcMessage(Buffer.from("?"), 1)];
    const headers = { "grpc-encoding": "unheard-of" };
    const { grpcStatus } = await callRaw(target.address, { path: SUBMIT, chunks, headers });
    assert.notEqual(grpcStatus, status.OK);
  });

  it("are larger than the limit", async () => {
    const chunks = [grpcMessage(Buffer.alloc(5 * MEBIBYTE))];
    const { grpcStatus } = await callRaw(target.address, { path: SUBMIT, chunks });
    assert.equal(grpcStatus, status.RESOURCE_EXHAUSTED);
  });

  it("announce four gigabytes and send ten bytes", async () => {
    const head = Buffer.from([0, 0xff, 0xff, 0xff, 0xff]);
    const chunks = [Buffer.concat([head, Buffer.alloc(10)])];
    const { isOpen } = await callRaw(target.address, { path: SUBMIT, chunks });
    assert.equal(isOpen, false);
  });

  it("end in their middle", async () => {
    const chunks = [grpcMessage(Buffer.alloc(100)).subarray(0, 20)];
    const { grpcStatus, isOpen } = await callRaw(target.address, { path: SUBMIT, chunks });
    assert.equal(isOpen, false);
    assert.notEqual(grpcStatus, status.OK);
  });

  it("come byte by byte, and never to an end", async () => {
    const bytes = Array.from({ length: 20_000 }, () => Buffer.alloc(1));
    const chunks = [Buffer.from([0, 0, 0x30, 0, 0]), ...bytes];
    await callRaw(target.address, { path: SUBMIT, chunks, ends: false, withinMs: 4_000 });
  });

  it("have a lone surrogate in every string of a submit", async () => {
    const texts = {
      queue: STAND_IN,
      type: STAND_IN,
      contentType: STAND_IN,
      requestId: STAND_IN,
      headers: { [STAND_IN]: STAND_IN },
      labels: { [STAND_IN]: STAND_IN },
      retryPolicy: { nonRetryableTypes: [STAND_IN] },
    };
    for (const task of [texts, { ...texts, queue: "q", type: "t", headers: {}, labels: {} }]) {
      const bytes = TaskService.service.Submit.requestSerialize({ task });
      const chunks = [grpcMessage(withSurrogates(bytes))];
      const { isOpen } = await callRaw(target.address, { path: SUBMIT, chunks });
      assert.equal(isOpen, false);
    }
  });

  it("have a lone surrogate in every string of a call about a task", async () => {
    const calls = [
      ["Get", TaskService.service.Get.requestSerialize({ taskId: STAND_IN })],
      [
        "Cancel",
        TaskService.service.Cancel.requestSerialize({ taskId: STAND_IN, reason: STAND_IN }),
      ],
      ["Redrive", TaskService.service.Redrive.requestSerialize({ taskId: STAND_IN })],
      ["RunNow", TaskService.service.RunNow.requestSerialize({ taskId: STAND_IN })],
      ["Delete", TaskService.service.Delete.requestSerialize({ taskId: STAND_IN })],
      ["Explain", TaskService.service.Explain.requestSerialize({ taskId: STAND_IN })],
      ["Await", TaskService.service.Await.requestSerialize({ taskId: STAND_IN })],
      ["Watch", TaskService.service.Watch.requestSerialize({ taskId: STAND_IN })],
      [
        "List",
        TaskService.service.List.requestSerialize({
          queue: STAND_IN,
          type: STAND_IN,
          labels: { [STAND_IN]: STAND_IN },
          pageToken: STAND_IN,
        }),
      ],
    ] as const;
    for (const [method, bytes] of calls) {
      const path = `/baton.v1.TaskService/${method}`;
      const chunks = [grpcMessage(withSurrogates(bytes))];
      const { grpcStatus, isOpen } = await callRaw(target.address, { path, chunks });
      assert.equal(isOpen, false, method);
      assert.equal(grpcStatus, status.INVALID_ARGUMENT, method);
    }
  });

  it("have a lone surrogate in every string of a worker", async () => {
    const lease = { taskId: STAND_IN, leaseToken: "1" };
    const hello = { protocolVersion: 1, workerId: "w", subscriptions: [{ queue: "q" }] };
    const spoiled = [
      { hello: { ...hello, workerId: STAND_IN } },
      { hello: { ...hello, sdk: STAND_IN, labels: { [STAND_IN]: STAND_IN } } },
      { hello: { ...hello, subscriptions: [{ queue: STAND_IN, types: [STAND_IN] }] } },
      { hello: { ...hello, resumeSession: STAND_IN, held: [lease] } },
      { heartbeat: { leases: [{ lease, progress: { note: STAND_IN } }] } },
      { settle: { settlements: [{ lease, fail: { failure: { type: STAND_IN } } }] } },
      { settle: { settlements: [{ lease, release: { reason: STAND_IN } }] } },
      { drain: { reason: STAND_IN } },
    ];
    for (const frame of spoiled) {
      const first = "hello" in frame ? [] : [workerFrame({ hello })];
      const chunks = [...first, withSurrogates(workerFrame(frame))];
      await callRaw(target.address, { path: LEASE, chunks, withinMs: 1_500 });
    }
  });

  it("are out of the range or order of an await stream", async () => {
    const encode = (message: Parameters<typeof requestSerialize>[0]): Buffer =>
      grpcMessage(withSurrogates(requestSerialize(message)));
    const { requestSerialize } = TaskService.service.AwaitStream;
    const taskId = "q~0123456789abcdef";
    const items = (count: number, from: number) =>
      Array.from({ length: count }, (_, at) => ({ sequence: from + at, taskId }));
    const many = Array.from({ length: 11 }, (_, at) => encode({ items: items(1_000, at * 1_000) }));
    const refused = [
      [encode({ items: items(1_001, 0) })],
      [encode({ forgets: items(1_001, 0) })],
      [encode({ items: [...items(2, 0), ...items(1, 1)] })],
      [Buffer.concat([...many, ...many])],
    ];
    for (const [at, chunks] of refused.entries()) {
      const { grpcStatus, isOpen } = await callRaw(target.address, { path: AWAIT_STREAM, chunks });
      assert.equal(isOpen, false, `message ${at}`);
      assert.equal(grpcStatus, status.INVALID_ARGUMENT, `message ${at}`);
    }
    const spoiled = [
      encode({ items: [{ sequence: 1, taskId: STAND_IN }, { taskId: "x".repeat(2 * MEBIBYTE) }] }),
      encode({ forgets: items(1_000, 0) }),
      ...Array.from({ length: 100 }, (_, at) =>
        encode({ items: items(1_000, at * 1_000), forgets: items(1_000, (at - 1) * 1_000) }),
      ),
      encode({ forgets: items(1_000, 99_000) }),
    ];
    const { grpcStatus } = await callRaw(target.address, { path: AWAIT_STREAM, chunks: spoiled });
    assert.equal(grpcStatus, status.OK);
  });

  it("are frames out of their range or order", async () => {
    const hello = { protocolVersion: 1, workerId: "w", subscriptions: [{ queue: "q" }] };
    const many = Array.from({ length: 1_001 }, (_, n) => ({
      lease: { taskId: `q~${n}`, leaseToken: "1" },
    }));
    const refused = [
      [{ credit: { tasks: 1 } }],
      [{ hello }, { hello }],
      [{ hello: { ...hello, protocolVersion: 99 } }],
      [{ hello }, { credit: { tasks: -1 } }],
      [{ hello }, { credit: { tasks: 2_147_483_647 } }],
      [{ hello }, { credit: { tasks: 1_000 } }, { credit: { tasks: 1_000 } }],
      [{ hello }, { heartbeat: { leases: many } }],
      [{ hello: { ...hello, subscriptions: many.map((_, n) => ({ queue: `q${n}` })) } }],
    ];
    for (const frames of refused) {
      const chunks = frames.map((frame) => workerFrame(frame));
      const { grpcStatus, isOpen } = await callRaw(target.address, { path: LEASE, chunks });
      assert.equal(isOpen, false, JSON.stringify(frames).slice(0, 200));
      assert.notEqual(grpcStatus, status.OK, JSON.stringify(frames).slice(0, 200));
    }
  });
});
