import assert from "node:assert/strict";
import { once } from "node:events";
import type {
  RequestOf,
  ServerFrame,
  StreamProbe,
  WorkerFrame,
} from "../../support/grpc/grpc-client.ts";
import { type BatonUnderTest, startBaton } from "../../support/grpc/grpc-server.ts";
import { eventually } from "../../support/time/eventually.ts";

type Spec = NonNullable<RequestOf<"TaskService", "Submit">["task"]>;
type Stream = StreamProbe<WorkerFrame, ServerFrame>;
interface Lease {
  readonly taskId: string;
  readonly leaseToken: string;
}

const TASK: Spec = { queue: "email", type: "send", payload: Buffer.from("hello") };
const HELLO = { protocolVersion: 1, workerId: "w", subscriptions: [{ queue: "email" }] };

describe("WorkerService", () => {
  let baton: BatonUnderTest;

  beforeEach(async () => {
    baton = await startBaton();
  });

  afterEach(() => baton?.stop());

  async function submit(spec: Spec = TASK): Promise<string> {
    const { receipt } = await baton.client.task("Submit", { task: spec });
    return receipt?.taskId ?? "";
  }

  async function open(hello: WorkerFrame["hello"] = HELLO) {
    const stream = baton.client.lease();
    stream.send({ hello });
    const { welcome } = await stream.next();
    assert.ok(welcome);
    return { stream, welcome };
  }

  async function worker(): Promise<Stream> {
    return (await open()).stream;
  }

  async function grantOf(stream: Stream) {
    const { grant } = await stream.nextThat(({ frame }) => frame === "grant");
    assert.ok(grant?.tasks[0]?.lease);
    return { task: grant.tasks[0], lease: grant.tasks[0].lease };
  }

  async function settle(stream: Stream, settlement: object): Promise<string | undefined> {
    stream.send({ settle: { settlements: [settlement] } });
    const { settleAck } = await stream.nextThat(({ frame }) => frame === "settleAck");
    return settleAck?.results[0]?.status;
  }

  async function stateOf(taskId: string): Promise<string | undefined> {
    return (await baton.client.task("Get", { taskId })).task?.state;
  }

  it("lets the tasks behind one run that a worker releases at once whenever it gets it", async () => {
    const bad = await submit();
    const behind = await Promise.all(Array.from({ length: 5 }, () => submit()));
    const stream = await worker();
    let releases = 0;
    for (let left = behind.length; left > 0 && releases < 5_000; ) {
      stream.send({ credit: { tasks: 1 } });
      const { task, lease } = await grantOf(stream);
      const isBad = task.lease?.taskId === bad;
      await settle(stream, isBad ? { lease, release: {} } : { lease, complete: {} });
      releases += isBad ? 1 : 0;
      left -= isBad ? 0 : 1;
    }
    assert.deepEqual(await Promise.all(behind.map(stateOf)), Array(5).fill("TASK_STATE_SUCCEEDED"));
    assert.ok(releases < 20, `${releases} releases`);
  });

  it("grants what was credited, and no more", async () => {
    await submit({
      ...TASK,
      headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
      contentType: "text/plain",
    });
    await submit();
    const stream = await worker();
    stream.send({ credit: { tasks: 1 } });
    const { task, lease } = await grantOf(stream);
    assert.equal(task.queue, "email");
    assert.equal(task.type, "send");
    assert.equal(task.payload.toString(), "hello");
    assert.equal(task.contentType, "text/plain");
    assert.deepEqual(task.headers, {
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
    assert.equal(task.attempt, 1);
    assert.equal(task.maxAttempts, 5);
    assert.deepEqual(task.attemptTimeout, { seconds: "600", nanos: 0 });
    assert.equal(await settle(stream, { lease, complete: {} }), "SETTLEMENT_STATUS_OK");
    assert.equal(stream.unread, 0);
    stream.send({ credit: { tasks: 1 } });
    await grantOf(stream);
    stream.cancel();
  });

  it("answers heartbeats with their number, and hands a checkpoint to the next attempt", async () => {
    await submit({ ...TASK, retryPolicy: { initialBackoff: { seconds: 0 } } });
    const stream = await worker();
    stream.send({ credit: { tasks: 2 } });
    const { lease } = await grantOf(stream);
    const checkpoint = Buffer.from("half");
    stream.send({ heartbeat: { sequence: 41, leases: [{ lease, checkpoint }] } });
    const { heartbeatAck } = await stream.nextThat(({ frame }) => frame === "heartbeatAck");
    assert.deepEqual(heartbeatAck, { sequence: 41, lost: [], cancelled: [] });
    const failure = { type: "Flaky", message: "again \uD83D", stack: "" };
    assert.equal(await settle(stream, { lease, fail: { failure } }), "SETTLEMENT_STATUS_OK");
    const second = await grantOf(stream);
    assert.equal(second.task.attempt, 2);
    assert.equal(second.task.checkpoint.toString(), "half");
    stream.cancel();
  });

  it("answers STALE to an old token, to a foreign one and to an unknown task", async () => {
    await submit();
    const { stream, welcome } = await open();
    const { sessionKey } = welcome;
    stream.send({ credit: { tasks: 3 } });
    const { lease: old } = await grantOf(stream);
    await settle(stream, { lease: old, release: {} });
    const { lease } = await grantOf(stream);
    assert.equal(lease.taskId, old.taskId);
    const wrong: Lease[] = [
      old,
      { ...lease, leaseToken: String(Number(lease.leaseToken) + 1) },
      { taskId: "email~0123456789abcdef", leaseToken: "7" },
    ];
    for (const other of wrong) {
      assert.equal(await settle(stream, { lease: other, complete: {} }), "SETTLEMENT_STATUS_STALE");
    }
    const { results } = await baton.client.call("WorkerService", "Settle", {
      sessionKey,
      settlements: [...wrong, lease].map((one) => ({ lease: one, complete: {} })),
    });
    assert.deepEqual(
      results.map(({ status }) => status),
      [...wrong.map(() => "SETTLEMENT_STATUS_STALE"), "SETTLEMENT_STATUS_OK"],
    );
    assert.equal(await stateOf(lease.taskId), "TASK_STATE_SUCCEEDED");
    stream.cancel();
  });

  it("answers STALE to the right token from another session, on a stream and without", async () => {
    const taskId = await submit();
    const stream = await worker();
    stream.send({ credit: { tasks: 1 } });
    const { lease } = await grantOf(stream);
    const other = await open();
    const { sessionKey } = other.welcome;
    const outcomes = [{ complete: {} }, { fail: { failure: { type: "Forged" } } }, { release: {} }];
    const forge = async (): Promise<void> => {
      const settlements = outcomes.map((outcome) => ({ lease, ...outcome }));
      for (const settlement of settlements) {
        assert.equal(await settle(other.stream, settlement), "SETTLEMENT_STATUS_STALE");
      }
      const request = { sessionKey, settlements };
      const { results } = await baton.client.call("WorkerService", "Settle", request);
      assert.ok(results.every(({ status }) => status === "SETTLEMENT_STATUS_STALE"));
    };
    await forge();
    assert.equal(await stateOf(taskId), "TASK_STATE_LEASED");
    assert.equal(await settle(stream, { lease, complete: {} }), "SETTLEMENT_STATUS_OK");
    await forge();
    assert.equal(await stateOf(taskId), "TASK_STATE_SUCCEEDED");
    stream.cancel();
    other.stream.cancel();
  });

  it("keeps a lease whose settlement was rejected, so that it can be settled otherwise", async () => {
    await submit();
    const stream = await worker();
    stream.send({ credit: { tasks: 1 } });
    const { lease } = await grantOf(stream);
    const value = Buffer.alloc(1024 * 1024 + 1);
    assert.equal(
      await settle(stream, { lease, complete: { result: { value } } }),
      "SETTLEMENT_STATUS_REJECTED",
    );
    const failure = { type: "ResultTooLarge" };
    assert.equal(
      await settle(stream, { lease, fail: { failure, nonRetryable: true } }),
      "SETTLEMENT_STATUS_OK",
    );
    assert.equal(await stateOf(lease.taskId), "TASK_STATE_DEAD");
    stream.cancel();
  });

  it("takes a session up on another stream with its leases, and ends the first", async () => {
    await submit();
    const { stream, welcome } = await open();
    stream.send({ credit: { tasks: 1 } });
    const { lease } = await grantOf(stream);
    const lost = { ...lease, leaseToken: "1" };
    const again = await open({
      ...HELLO,
      resumeSession: welcome.sessionKey,
      held: [lease, lost],
    });
    assert.equal(again.welcome.sessionKey, welcome.sessionKey);
    assert.deepEqual(again.welcome.kept, [lease]);
    assert.deepEqual(again.welcome.lost, [lost]);
    const end = await stream.ended;
    assert.equal(end.code, "ABORTED");
    assert.equal(end.reason, "SESSION_RESUMED");
    assert.equal(await settle(again.stream, { lease, complete: {} }), "SETTLEMENT_STATUS_OK");
    again.stream.cancel();
  });

  it("refuses a Hello that arrives after that of a newer stream", async () => {
    const { stream, welcome } = await open({ ...HELLO, streamNumber: 2 });
    const late = baton.client.lease();
    late.send({ hello: { ...HELLO, resumeSession: welcome.sessionKey, streamNumber: 1 } });
    const end = await late.ended;
    assert.deepEqual([end.code, end.reason], ["ABORTED", "SESSION_RESUMED"]);
    const newest = await open({ ...HELLO, resumeSession: welcome.sessionKey, streamNumber: 3 });
    assert.equal((await stream.ended).reason, "SESSION_RESUMED");
    newest.stream.cancel();
  });

  it("hands the task of a worker whose stream broke to another after the grace", async () => {
    await submit();
    const first = await worker();
    first.send({ credit: { tasks: 1 } });
    const { lease } = await grantOf(first);
    const second = await worker();
    second.send({ credit: { tasks: 1 } });
    first.cancel();
    await first.ended;
    await eventually(async () => {
      baton.clock.advance(500);
      assert.equal(second.unread, 1);
    });
    const { lease: next, task } = await grantOf(second);
    assert.equal(next.taskId, lease.taskId);
    assert.ok(Number(next.leaseToken) > Number(lease.leaseToken));
    assert.equal(task.crashes, 1);
    second.cancel();
  });

  it("ends a stream that is silent for the leases' ttl", async () => {
    const stream = await worker();
    baton.clock.advance(15_000);
    const end = await stream.ended;
    assert.equal(end.code, "DEADLINE_EXCEEDED");
    assert.equal(end.reason, "SESSION_SILENT");
  });

  it("refuses credit whose sum passes the limit", async () => {
    const stream = await worker();
    stream.send({ credit: { tasks: 600 } });
    stream.send({ credit: { tasks: 600 } });
    const end = await stream.ended;
    assert.equal(end.reason, "INVALID_FIELD");
    assert.deepEqual(end.fields, ["credit.tasks"]);
  });

  it("acknowledges a drain, grants nothing after it, and ends with OK", async () => {
    const stream = await worker();
    stream.send({ credit: { tasks: 5 } });
    stream.send({ drain: { reason: "deploy" } });
    assert.equal((await stream.next()).frame, "drainAck");
    await submit();
    stream.halfClose();
    assert.equal((await stream.ended).code, "OK");
    assert.equal(stream.unread, 0);
  });

  it("tells workers to move before a shutdown, and refuses new ones", async () => {
    const taskId = await submit();
    const stream = await worker();
    stream.send({ credit: { tasks: 5 } });
    const { lease } = await grantOf(stream);
    const draining = baton.server.drain(10_000);
    const { drain } = await stream.nextThat(({ frame }) => frame === "drain");
    assert.deepEqual(drain, {
      cause: "DRAIN_CAUSE_SHUTDOWN",
      grace: { seconds: "10", nanos: 0 },
    });
    const late = baton.client.lease();
    late.send({ hello: HELLO });
    assert.equal((await late.ended).reason, "DRAINING");
    assert.equal(await settle(stream, { lease, complete: {} }), "SETTLEMENT_STATUS_OK");
    assert.equal(await stateOf(taskId), "TASK_STATE_SUCCEEDED");
    stream.halfClose();
    assert.equal((await stream.ended).code, "OK");
    await draining;
  });

  it("ends the streams that are left with OK when the grace of a shutdown has passed", async () => {
    const stream = await worker();
    const draining = baton.server.drain(10_000);
    assert.equal((await stream.next()).frame, "drain");
    baton.clock.advance(10_000);
    assert.equal((await stream.ended).code, "OK");
    await draining;
  });

  it("leases no more to a worker that does not read, until it reads again", async () => {
    const payload = Buffer.alloc(64 * 1024);
    for (let batch = 0; batch < 10; batch++) {
      const tasks = Array.from({ length: 40 }, () => ({ ...TASK, payload }));
      await baton.client.task("SubmitBatch", { tasks });
    }
    const call = baton.client.duplex("WorkerService", "Lease");
    call.on("error", () => undefined);
    call.write({ hello: HELLO });
    await once(call, "data");
    call.pause();
    for (let count = 0; count < 400; count++) {
      call.write({ credit: { tasks: 1 } });
    }
    const leased = async (): Promise<number> => {
      const { queue } = await baton.client.call("QueueService", "GetQueue", { name: "email" });
      return Number(queue?.leased);
    };
    let before = -1;
    let unchanged = 0;
    await eventually(async () => {
      const now = await leased();
      unchanged = now === before ? unchanged + 1 : 0;
      before = now;
      assert.ok(now > 0 && unchanged >= 10, "it still leases");
    });
    assert.ok(before < 300, `${before} tasks were leased`);
    call.resume();
    await eventually(async () => assert.equal(await leased(), 400));
    call.cancel();
  });
});
