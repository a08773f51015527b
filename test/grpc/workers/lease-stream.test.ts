import assert from "node:assert/strict";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { WorkerFrame } from "../../support/grpc/grpc-client.ts";
import { eventually } from "../../support/time/eventually.ts";
import {
  closedOnce,
  DOMAIN_LEASE,
  DONE,
  HELLO,
  LEASE,
  leasedTask,
  opened,
  type ScriptedGrpc,
  startScriptedGrpc,
} from "./lease-stream-fixture.ts";

describe("A lease stream", () => {
  let scripted: ScriptedGrpc;
  let dispatcher: ScriptedGrpc["dispatcher"];
  let clock: ScriptedGrpc["clock"];
  let grpc: ScriptedGrpc["grpc"];

  beforeEach(async () => {
    scripted = await startScriptedGrpc();
    ({ dispatcher, clock, grpc } = scripted);
  });

  afterEach(() => grpc?.stop());

  it("is welcomed with the terms, and passes on what the worker sends", async () => {
    const stream = grpc.client.lease();
    stream.send({
      hello: { ...HELLO.hello, labels: { zone: "a" }, sdk: "test/1" },
    });
    const { welcome } = await stream.next();
    assert.equal(welcome?.sessionKey, dispatcher.session.key);
    assert.deepEqual(welcome?.leaseTtl, { seconds: "15", nanos: 0 });
    assert.equal(welcome?.maxPayloadBytes, 1024 * 1024);
    stream.send({ credit: { tasks: 5 } });
    stream.send({
      heartbeat: {
        sequence: 9,
        leases: [{ lease: LEASE, progress: { fraction: 0.5, note: "half" } }],
      },
    });
    stream.send({ settle: { settlements: [DONE] } });
    stream.send({ drain: { reason: "done" } });
    await eventually(() => assert.equal(dispatcher.session.calls.length, 4));
    const progress = { fraction: 0.5, note: "half" };
    assert.deepEqual(dispatcher.session.calls.slice(0, 2), [
      { kind: "credit", tasks: 5 },
      {
        kind: "heartbeat",
        leases: [{ lease: DOMAIN_LEASE, progress, checkpoint: null }],
        sequence: 9,
      },
    ]);
    assert.deepEqual(dispatcher.session.kinds.slice(2), ["settle", "drain"]);
    assert.equal(dispatcher.session.hello.sdk, "test/1");
    stream.cancel();
  });

  it("writes every kind of message", async () => {
    const stream = await opened(scripted);
    const { link } = dispatcher.session;
    link.send({ kind: "grant", tasks: [leasedTask()] });
    link.send({ kind: "heartbeat_ack", sequence: 3, lost: [DOMAIN_LEASE], cancelled: [] });
    link.send({
      kind: "settle_ack",
      results: [{ lease: DOMAIN_LEASE, status: "STALE", reason: "" }],
    });
    link.send({ kind: "cancel", lease: DOMAIN_LEASE, reason: "changed my mind" });
    link.send({ kind: "drain", cause: "REBALANCE", graceMs: 1_500 });
    link.send({ kind: "drain_ack" });
    link.send({ kind: "throttle", reason: "slow", retryAfterMs: 250 });
    const { grant } = await stream.next();
    const [task] = grant?.tasks ?? [];
    assert.deepEqual(task?.lease, LEASE);
    assert.equal(task?.payload.toString(), "payload");
    assert.deepEqual(task?.headers, { traceparent: "00" });
    assert.deepEqual(task?.queued, { seconds: "1", nanos: 234_000_000 });
    assert.deepEqual((await stream.next()).heartbeatAck, {
      sequence: 3,
      lost: [LEASE],
      cancelled: [],
    });
    const { settleAck } = await stream.next();
    assert.equal(settleAck?.results[0]?.status, "SETTLEMENT_STATUS_STALE");
    assert.deepEqual((await stream.next()).cancel, { lease: LEASE, reason: "changed my mind" });
    const { drain } = await stream.next();
    assert.deepEqual(drain, {
      cause: "DRAIN_CAUSE_REBALANCE",
      grace: { seconds: "1", nanos: 500_000_000 },
    });
    assert.equal((await stream.next()).frame, "drainAck");
    assert.equal((await stream.next()).throttle?.reason, "slow");
    stream.cancel();
  });

  const noHellos: readonly (readonly [string, WorkerFrame])[] = [
    ["Credit", { credit: { tasks: 1 } }],
    ["Settle", { settle: { settlements: [DONE] } }],
    ["an unknown kind", {}],
  ];
  for (const [name, frame] of noHellos) {
    it(`ends where the first frame is ${name} and no Hello`, async () => {
      const stream = grpc.client.lease();
      stream.send(frame);
      const end = await stream.ended;
      assert.equal(end.code, "INVALID_ARGUMENT");
      assert.equal(end.reason, "HELLO_EXPECTED");
      assert.equal(dispatcher.sessions.length, 0);
    });
  }

  it("ends where it is half-closed before a Hello", async () => {
    const stream = grpc.client.lease();
    stream.halfClose();
    assert.equal((await stream.ended).reason, "HELLO_EXPECTED");
  });

  it("ends where no Hello comes in time", async () => {
    const stream = grpc.client.lease();
    // Beside what it waits for, the age of its connection.
    await eventually(() => assert.equal(clock.pendingTimers, scripted.ownTimers + 2));
    clock.advance(10_000);
    const end = await stream.ended;
    assert.equal(end.code, "DEADLINE_EXCEEDED");
    assert.equal(end.reason, "SESSION_SILENT");
  });

  it("ends where the Hello is wrong, and names what is", async () => {
    const stream = grpc.client.lease();
    stream.send({ hello: { protocolVersion: 1, workerId: "\uD83D" } });
    const end = await stream.ended;
    assert.equal(end.reason, "INVALID_FIELD");
    assert.deepEqual(end.fields, ["hello.worker_id", "hello.subscriptions"]);
  });

  it("tells a worker of another protocol which one it speaks", async () => {
    const stream = grpc.client.lease();
    stream.send({ hello: { ...HELLO.hello, protocolVersion: 99 } });
    const end = await stream.ended;
    assert.equal(end.code, "FAILED_PRECONDITION");
    assert.deepEqual(end.metadata, { supported: "1" });
  });

  const wrongFrames: readonly (readonly [string, WorkerFrame, string, readonly string[]])[] = [
    ["a second Hello", HELLO, "HELLO_EXPECTED", []],
    ["no credit", { credit: { tasks: 0 } }, "INVALID_FIELD", ["credit.tasks"]],
    ["credit below zero", { credit: { tasks: -1 } }, "INVALID_FIELD", ["credit.tasks"]],
    ["too much credit", { credit: { tasks: 1_001 } }, "INVALID_FIELD", ["credit.tasks"]],
    ["an empty Settle", { settle: {} }, "INVALID_FIELD", ["settle.settlements"]],
    [
      "too many settlements",
      { settle: { settlements: Array(1_001).fill(DONE) } },
      "INVALID_FIELD",
      ["settle.settlements"],
    ],
    [
      "a settlement without a lease",
      { settle: { settlements: [DONE, { complete: {} }] } },
      "INVALID_FIELD",
      ["settle.settlements[1].lease"],
    ],
    [
      "a settlement whose task id is malformed",
      { settle: { settlements: [{ ...DONE, lease: { ...LEASE, taskId: "\uD83D" } }] } },
      "INVALID_FIELD",
      ["settle.settlements[0].lease.task_id"],
    ],
    [
      "a heartbeat of a malformed lease",
      { heartbeat: { leases: [{ lease: { taskId: "x", leaseToken: "0" } }] } },
      "INVALID_FIELD",
      ["heartbeat.leases[0].lease.task_id", "heartbeat.leases[0].lease.lease_token"],
    ],
    [
      "too many held leases",
      { heartbeat: { leases: Array(1_001).fill({ lease: LEASE }) } },
      "INVALID_FIELD",
      ["heartbeat.leases"],
    ],
  ];
  for (const [name, frame, reason, fields] of wrongFrames) {
    it(`ends on ${name}, and tells the session once`, async () => {
      const stream = await opened(scripted);
      stream.send(frame);
      const end = await stream.ended;
      assert.equal(end.code, "INVALID_ARGUMENT");
      assert.equal(end.reason, reason);
      assert.deepEqual(end.fields, fields);
      await closedOnce(scripted);
    });
  }

  it("ignores a frame of a kind that it does not know", async () => {
    const stream = await opened(scripted);
    stream.send({});
    stream.send({ credit: { tasks: 1 } });
    await eventually(() => assert.deepEqual(dispatcher.session.kinds, ["credit"]));
    stream.cancel();
  });

  it("rejects a wrong settlement by itself, passes on the others and lives", async () => {
    const stream = await opened(scripted);
    const large = { result: { value: Buffer.alloc(1024 * 1024 + 1) } };
    const other = { ...LEASE, leaseToken: "8" };
    stream.send({
      settle: {
        settlements: [
          DONE,
          { lease: other, complete: large },
          { lease: { ...LEASE, leaseToken: "9" } },
        ],
      },
    });
    const { settleAck } = await stream.next();
    assert.deepEqual(
      settleAck?.results.map(({ lease, status }) => [lease?.leaseToken, status]),
      [
        ["8", "SETTLEMENT_STATUS_REJECTED"],
        ["9", "SETTLEMENT_STATUS_REJECTED"],
      ],
    );
    assert.match(settleAck?.results[0]?.reason ?? "", /complete\.result\.value/);
    const [call] = dispatcher.session.calls;
    assert.ok(call?.kind === "settle" && call.batch.length === 1);
    stream.send({ credit: { tasks: 1 } });
    await eventually(() => assert.deepEqual(dispatcher.session.kinds, ["settle", "credit"]));
    stream.cancel();
  });

  it("ends with what the session throws", async () => {
    const stream = await opened(scripted);
    dispatcher.session.addCredit = () => {
      throw new TaskError("INVALID_FIELD", "too much");
    };
    stream.send({ credit: { tasks: 1_000 } });
    assert.equal((await stream.ended).message, "too much");
    await closedOnce(scripted);
  });

  it("ends with INTERNAL and an id, and nothing else, where the dispatcher has a bug", async () => {
    dispatcher.openSession = () => Promise.reject(new Error("secret"));
    const stream = grpc.client.lease();
    stream.send(HELLO);
    const end = await stream.ended;
    assert.equal(end.code, "INTERNAL");
    assert.equal(end.message, "internal error");
    assert.deepEqual(
      grpc.log.map(({ fields }) => (fields as { error_id: string }).error_id),
      [end.metadata.error_id],
    );
  });
});
