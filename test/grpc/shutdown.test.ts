import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { TaskError } from "../../server/src/domain/errors.ts";
import type { Task } from "../../server/src/domain/task.ts";
import { createGrpcServer } from "../../server/src/grpc/server.ts";
import type { SubmitOutcome } from "../../server/src/store/store.ts";
import { failureOf, GrpcClient } from "../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, logInto, startGrpc } from "../support/grpc/grpc-server.ts";
import { listenOnLoopback } from "../support/grpc/loopback.ts";
import { ScriptedDispatcher } from "../support/grpc/scripted-dispatcher.ts";
import { eventually } from "../support/time/eventually.ts";
import { ManualClock } from "../support/time/manual-clock.ts";

const ID = "email~0123456789abcdef";
const HELLO = {
  hello: { protocolVersion: 1, workerId: "w", subscriptions: [{ queue: "email" }] },
};

const isRefused = { code: "ECONNREFUSED" };

/** A dispatcher that says who waits for a task. */
class WatchedDispatcher extends ScriptedDispatcher {
  waiting = 0;

  override awaitFinal(...args: Parameters<ScriptedDispatcher["awaitFinal"]>): Promise<Task> {
    this.waiting += 1;
    return super.awaitFinal(...args).finally(() => {
      this.waiting -= 1;
    });
  }

  override async *watch(...args: Parameters<ScriptedDispatcher["watch"]>): AsyncIterable<Task> {
    this.waiting += 1;
    try {
      yield* super.watch(...args);
    } finally {
      this.waiting -= 1;
    }
  }
}

describe("A shutdown", () => {
  let dispatcher: WatchedDispatcher;
  let clock: ManualClock;
  let grpc: GrpcUnderTest;

  beforeEach(async () => {
    dispatcher = new WatchedDispatcher();
    clock = new ManualClock();
    grpc = await startGrpc(dispatcher, { clock });
  });

  afterEach(() => grpc?.stop());

  it("ends lease streams with OK after a Drain, then what waits with DRAINING", async () => {
    const worker = grpc.client.lease();
    worker.send(HELLO);
    await worker.next();
    const awaiting = failureOf(grpc.client.task("Await", { taskId: ID }));
    const watching = grpc.client.watch(ID);
    await eventually(() => assert.equal(dispatcher.waiting, 2));
    await grpc.server.drain(0);
    assert.equal((await worker.next()).frame, "drain");
    assert.equal((await worker.ended).code, "OK");
    for (const end of [await awaiting, await watching.ended]) {
      assert.equal(end.code, "UNAVAILABLE");
      assert.equal(end.reason, "DRAINING");
    }
    const late = await failureOf(grpc.client.task("Await", { taskId: ID }));
    assert.match(late.message, /ECONNREFUSED/);
    assert.equal(dispatcher.waiting, 0);
  });

  it("sends clients elsewhere with GOAWAY and answers what they had sent", async () => {
    const answer = Promise.withResolvers<SubmitOutcome[]>();
    const drained = Promise.withResolvers<void>();
    dispatcher.drain = () => drained.promise;
    const called = Promise.withResolvers<void>();
    dispatcher.submit = (_, done) => {
      called.resolve();
      void answer.promise.then(done);
    };
    const other = await startGrpc(new WatchedDispatcher(), { clock });
    const port = new URL(`http://${grpc.address}`).port;
    const client = new GrpcClient(`ipv4:127.0.0.1:${port},${other.address}`);
    try {
      const submitted = client.task("Submit", { task: { queue: "email", type: "t" } });
      await called.promise;
      const draining = grpc.server.drain(1_000);
      const next = await failureOf(client.task("Get", { taskId: ID }));
      assert.equal(next.reason, "TASK_NOT_FOUND");
      await assert.rejects(once(connect(Number(port), "127.0.0.1"), "connect"), isRefused);
      answer.resolve([{ kind: "created" }]);
      await submitted;
      drained.resolve();
      await draining;
    } finally {
      client.close();
      await other.stop();
    }
  });

  it("answers what came before it also where that takes longer than the drain", async () => {
    const called = Promise.withResolvers<void>();
    const gone = Promise.withResolvers<void>();
    dispatcher.get = async () => {
      called.resolve();
      await gone.promise;
      throw new TaskError("TASK_NOT_FOUND", "no such task");
    };
    const failure = failureOf(grpc.client.task("Get", { taskId: ID }));
    await called.promise;
    await grpc.server.drain(1_000);
    const closing = grpc.server.close();
    // A turn in which what takes GOAWAY for the end would have cut the connection.
    await new Promise((resolve) => setImmediate(resolve));
    gone.resolve();
    assert.equal((await failure).reason, "TASK_NOT_FOUND");
    await closing;
  });

  it("keeps its clients to the end where there is no other dispatcher", async () => {
    const drained = Promise.withResolvers<void>();
    dispatcher.drain = () => drained.promise;
    const alone = await startGrpc(dispatcher, { clock, isAlone: true });
    const draining = alone.server.drain(1_000);
    await alone.client.task("Submit", { task: { queue: "email", type: "t" } });
    drained.resolve();
    await draining;
    await alone.stop();
  });

  it("lets calls wait on while workers finish", async () => {
    const drained = Promise.withResolvers<void>();
    dispatcher.drain = () => drained.promise;
    let isOver = false;
    const awaiting = failureOf(grpc.client.task("Await", { taskId: ID })).finally(() => {
      isOver = true;
    });
    await eventually(() => assert.equal(dispatcher.waiting, 1));
    const draining = grpc.server.drain(1_000);
    await failureOf(grpc.client.task("Get", { taskId: ID }));
    assert.equal(isOver, false);
    drained.resolve();
    await draining;
    assert.equal((await awaiting).reason, "DRAINING");
  });

  it("closes at once where nothing is open", async () => {
    await grpc.server.close();
    const failure = await failureOf(grpc.client.task("Get", { taskId: ID }));
    assert.equal(failure.code, "UNAVAILABLE");
    assert.equal(clock.pendingTimers, 0);
  });

  it("cuts a stream that does not end, also one whose client has said goodbye", async () => {
    const worker = grpc.client.lease();
    worker.send(HELLO);
    await worker.next();
    const other = new GrpcClient(grpc.address);
    const parting = other.lease();
    parting.send(HELLO);
    await parting.next();
    other.close();
    await eventually(() => assert.equal(dispatcher.sessions.length, 2));
    const closing = grpc.server.close();
    clock.advance(50);
    await closing;
    assert.equal((await worker.ended).code, "CANCELLED");
    await parting.ended;
    await eventually(() => {
      for (const session of dispatcher.sessions) {
        assert.deepEqual(session.kinds, ["closed"]);
      }
    });
  });
});

describe("Calls that wait for a task", () => {
  let dispatcher: WatchedDispatcher;
  let grpc: GrpcUnderTest;

  beforeEach(async () => {
    dispatcher = new WatchedDispatcher();
    grpc = await startGrpc(dispatcher);
  });

  afterEach(() => grpc?.stop());

  it("are given up where the caller is gone", async () => {
    const watching = grpc.client.watch(ID);
    await eventually(() => assert.equal(dispatcher.waiting, 1));
    watching.cancel();
    await eventually(() => assert.equal(dispatcher.waiting, 0));
    assert.deepEqual(grpc.log, []);
  });

  it("end at the caller's deadline", async () => {
    const failure = await failureOf(grpc.client.task("Await", { taskId: ID }, 50));
    assert.equal(failure.code, "DEADLINE_EXCEEDED");
    await eventually(() => assert.equal(dispatcher.waiting, 0));
    assert.deepEqual(grpc.log, []);
  });

  it("end with INTERNAL where the dispatcher has a bug", async () => {
    dispatcher.awaitFinal = () => Promise.reject(new Error("secret"));
    dispatcher.watch = () => {
      throw new Error("secret");
    };
    const failure = await failureOf(grpc.client.task("Await", { taskId: ID }));
    assert.equal(failure.message, "internal error");
    const end = await grpc.client.watch(ID).ended;
    assert.equal(end.message, "internal error");
  });
});

describe("A server that cannot listen", () => {
  it("says in one line that the port is taken", async () => {
    const taken = createServer();
    const port = await listenOnLoopback(taken);
    const server = createGrpcServer({
      dispatcher: new ScriptedDispatcher(),
      clock: new ManualClock(),
      log: logInto([]),
    });
    await assert.rejects(server.listen(`127.0.0.1:${port}`), {
      message: `cannot listen on 127.0.0.1:${port}: the port is taken`,
    });
    await server.close();
    taken.close();
  });
});
