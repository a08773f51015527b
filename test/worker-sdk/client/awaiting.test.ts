import assert from "node:assert/strict";
import { systemClock } from "@baton/proto/shared";
import { BatonError, TaskClient, type TaskClientOptions } from "@baton/worker-sdk";
import type { TaskFollower } from "../../../server/src/dispatch/contract.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { TaskId } from "../../../server/src/domain/ids.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { freePort } from "../../support/grpc/loopback.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { storedTask } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";

const VALUE = { value: Buffer.from('"done"'), contentType: "application/json" };

function idAt(place: number): TaskId {
  return `email~${String(place).padStart(16, "0")}` as TaskId;
}

/** A dispatcher that ends tasks when it is told to. */
class EndingDispatcher extends ScriptedDispatcher {
  readonly followed: TaskId[] = [];
  readonly open = new Map<TaskFollower, TaskId>();
  /** How the next that follow are refused. */
  refusals: TaskError[] = [];

  override follow(id: TaskId, follower: TaskFollower): () => void {
    this.followed.push(id);
    const refusal = this.refusals.shift();
    if (refusal === undefined) {
      this.open.set(follower, id);
    } else {
      queueMicrotask(() => follower.ended(refusal));
    }
    return () => this.open.delete(follower);
  }

  finish(): void {
    for (const [follower, id] of [...this.open]) {
      follower.seen(storedTask({ id, state: "SUCCEEDED", result: VALUE }));
    }
  }
}

describe("A client's waits for tasks", () => {
  let dispatcher: EndingDispatcher;
  let grpc: GrpcUnderTest;
  const clients: TaskClient[] = [];
  beforeEach(async () => {
    dispatcher = new EndingDispatcher();
    grpc = await startGrpc(dispatcher, { clock: systemClock });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((each) => each.close()));
    await grpc?.stop();
  });

  function makeClient(options: Partial<TaskClientOptions> = {}, clock?: ManualClock): TaskClient {
    const client = new TaskClient({ address: grpc.address, ...options }, clock);
    clients.push(client);
    return client;
  }

  async function following(count: number): Promise<void> {
    await eventually(() => assert.equal(dispatcher.open.size, count));
  }

  it("end with the results, each wait with its own", async () => {
    const client = makeClient();
    const waits = [client.await(idAt(1)), client.await(idAt(2)), client.await(idAt(1))];
    await following(3);
    dispatcher.finish();
    assert.deepEqual(await Promise.all(waits), ["done", "done", "done"]);
    assert.equal(dispatcher.open.size, 0);
  });

  it("fail one by one where one task is not known, or its id is none", async () => {
    const client = makeClient();
    const good = client.await(idAt(1));
    await following(1);
    dispatcher.refusals = [new TaskError("TASK_NOT_FOUND", "no such task")];
    await assert.rejects(client.await(idAt(2)), { code: "NOT_FOUND", reason: "TASK_NOT_FOUND" });
    for (const id of ["no id", "", "\uD83D", "x".repeat(100_000), 7 as unknown as string]) {
      await assert.rejects(client.await(id), { code: "INVALID_ARGUMENT", reason: "INVALID_FIELD" });
    }
    dispatcher.finish();
    assert.equal(await good, "done");
    assert.equal(dispatcher.followed.length, 2);
  });

  it("go on where the dispatcher cannot say for a moment", async () => {
    dispatcher.refusals = [
      new TaskError("STORE_UNAVAILABLE", "away", { retryAfterMs: 5 }),
      new TaskError("STORE_UNAVAILABLE", "away", { retryAfterMs: 5 }),
    ];
    const waiting = makeClient().await(idAt(1));
    await following(1);
    dispatcher.finish();
    assert.equal(await waiting, "done");
    assert.equal(dispatcher.followed.length, 3);
  });

  it("move to another stream where the dispatcher ends this one, all of them", async () => {
    const client = makeClient();
    const waits = Array.from({ length: 1_500 }, (_, at) => client.await(idAt(at)));
    await following(1_000);
    const [first] = dispatcher.open.keys();
    first?.ended(new TaskError("DRAINING", "going", { retryAfterMs: 0 }));
    await following(1_000);
    dispatcher.finish();
    await following(500);
    dispatcher.finish();
    assert.equal((await Promise.all(waits)).length, 1_500);
  });

  it("wait for as long as no dispatcher is there, but not past their time", async () => {
    const port = await freePort();
    const client = makeClient({ address: `127.0.0.1:${port}` });
    await assert.rejects(client.await(idAt(1), { timeoutMs: 300 }), { code: "DEADLINE_EXCEEDED" });
  });

  it("end at their time, each at its own, and are then forgotten", async () => {
    const clock = new ManualClock();
    const client = makeClient({}, clock);
    const ends = [3_000, 1_000, 2_000].map((timeoutMs, at) =>
      client.await(idAt(at), { timeoutMs }).catch((error: BatonError) => error.message),
    );
    const forever = client.await(idAt(9));
    for (const left of [4, 3, 2, 1]) {
      await following(left);
      clock.advance(left === 1 ? 0 : 1_000);
    }
    assert.deepEqual(await Promise.all(ends), [
      "the task was not final within 3000 ms",
      "the task was not final within 1000 ms",
      "the task was not final within 2000 ms",
    ]);
    dispatcher.finish();
    assert.equal(await forever, "done");
  });

  it("end with the reason of a signal that aborts, and are then forgotten", async () => {
    const client = makeClient();
    const controller = new AbortController();
    const waiting = assert.rejects(
      client.await(idAt(1), { signal: controller.signal }),
      /^Error: enough$/,
    );
    const other = client.await(idAt(2), { signal: new AbortController().signal });
    await following(2);
    controller.abort(new Error("enough"));
    await waiting;
    await following(1);
    dispatcher.finish();
    assert.equal(await other, "done");
    assert.equal(dispatcher.followed.length, 2);
  });

  it("ask for nothing where they are aborted before they are sent", async () => {
    const client = makeClient();
    const controller = new AbortController();
    const waiting = client.await(idAt(1), { signal: controller.signal });
    controller.abort(new Error("enough"));
    await assert.rejects(waiting, /^Error: enough$/);
    const other = client.await(idAt(2));
    await following(1);
    dispatcher.finish();
    await other;
    assert.deepEqual(dispatcher.followed, [idAt(2)]);
  });

  it("end with CANCELLED when the client closes, at the dispatcher as well", async () => {
    const client = makeClient();
    const waiting = client.await(idAt(1));
    await following(1);
    await client.close();
    await assert.rejects(waiting, { code: "CANCELLED" });
    await following(0);
    await assert.rejects(client.await(idAt(1)), { code: "CANCELLED" });
  });

  it("end at once where the server is no dispatcher", async () => {
    const other = await ScriptedWorkerService.start();
    try {
      const client = makeClient({ address: other.address });
      await assert.rejects(client.await(idAt(1)), { code: "UNIMPLEMENTED" });
      await assert.rejects(client.await(idAt(1)), (error) => error instanceof BatonError);
    } finally {
      await other.stop();
    }
  });

  it("are as many as one likes, past what one stream may await", async () => {
    const { follow } = dispatcher;
    let isOver = false;
    dispatcher.follow = (id, follower) => {
      const leave = follow.call(dispatcher, id, follower);
      const state = isOver ? "SUCCEEDED" : "LEASED";
      queueMicrotask(() => follower.seen(storedTask({ id, state, result: VALUE })));
      return leave;
    };
    const client = makeClient();
    const waits = Array.from({ length: 10_500 }, (_, at) => client.await(idAt(at)));
    await eventually(() => assert.equal(dispatcher.open.size, 10_500), { withinMs: 10_000 });
    isOver = true;
    dispatcher.finish();
    assert.equal((await Promise.all(waits)).length, 10_500);
  }).timeout(20_000);
});
