import assert from "node:assert/strict";
import { systemClock } from "@baton/proto/shared";
import { BatonError, TaskClient, type TaskClientOptions } from "@baton/worker-sdk";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { NewTask, SubmitOutcome } from "../../../server/src/store/store.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { freePort } from "../../support/grpc/loopback.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";
import { ScriptedWorkerService } from "../../support/grpc/scripted-worker-service.ts";
import { deferred } from "../../support/time/deferred.ts";
import { eventually } from "../../support/time/eventually.ts";
import { ManualClock } from "../../support/time/manual-clock.ts";

type Done = (answer: readonly SubmitOutcome[] | TaskError) => void;

describe("A client's submits to a dispatcher with troubles", () => {
  let dispatcher: ScriptedDispatcher;
  let grpc: GrpcUnderTest;
  const clients: TaskClient[] = [];
  beforeEach(async () => {
    dispatcher = new ScriptedDispatcher();
    grpc = await startGrpc(dispatcher, { clock: systemClock });
  });
  afterEach(async () => {
    if (dispatcher !== undefined) {
      dispatcher.submit = (batch, done) => done(batch.map(() => ({ kind: "created" })));
    }
    await Promise.all(clients.splice(0).map((each) => each.close()));
    await grpc?.stop();
  });

  function makeClient(options: Partial<TaskClientOptions> = {}, clock?: ManualClock): TaskClient {
    const client = new TaskClient({ address: grpc.address, ...options }, clock);
    clients.push(client);
    return client;
  }

  it("travel together where they come in the same turn", async () => {
    const sizes: number[] = [];
    dispatcher.submit = (batch: readonly NewTask[], done: Done) => {
      sizes.push(batch.length);
      done(batch.map(() => ({ kind: "created" })));
    };
    const client = makeClient();
    await Promise.all(Array.from({ length: 150 }, (_, n) => client.submit("q", "t", n)));
    assert.deepEqual(sizes, [64, 64, 22]);
  });

  it("try again where the store is away for a moment, unknown to the caller", async () => {
    let tries = 0;
    dispatcher.submit = (batch: readonly NewTask[], done: Done) => {
      tries += 1;
      const error = new TaskError("STORE_UNAVAILABLE", "away", { retryAfterMs: 5 });
      done(tries < 4 ? error : batch.map(() => ({ kind: "created" })));
    };
    const { taskId } = await makeClient().submit("q", "t", 1);
    assert.match(taskId, /^q~/);
    assert.equal(tries, 4);
  });

  it("tell the caller that a queue is full, and for how long to wait", async () => {
    dispatcher.submit = (_: readonly NewTask[], done: Done) =>
      done(new TaskError("QUEUE_FULL", "the queue is full", { retryAfterMs: 1_500 }));
    await assert.rejects(makeClient().submit("q", "t", 1), {
      code: "RESOURCE_EXHAUSTED",
      reason: "QUEUE_FULL",
      retryAfterMs: 1_500,
    });
  });

  it("are bounded in flight; the others wait their turn", async () => {
    const waiting: { count: number; done: Done }[] = [];
    let unanswered = 0;
    let most = 0;
    dispatcher.submit = (batch: readonly NewTask[], done: Done) => {
      unanswered += batch.length;
      most = Math.max(most, unanswered);
      waiting.push({ count: batch.length, done });
    };
    const client = makeClient({ maxInFlight: 10 });
    const all = Promise.all(Array.from({ length: 45 }, (_, n) => client.submit("q", "t", n)));
    for (let answered = 0; answered < 45; ) {
      const next = await eventually(() => {
        const first = waiting.shift();
        assert.ok(first !== undefined);
        return first;
      });
      unanswered -= next.count;
      answered += next.count;
      next.done(Array.from({ length: next.count }, () => ({ kind: "created" })));
    }
    assert.equal((await all).length, 45);
    assert.equal(most, 10);
  });

  it("are refused where too many wait already", async () => {
    dispatcher.submit = () => {};
    const clock = new ManualClock();
    const client = makeClient({ maxPending: 3 }, clock);
    const waiting = Array.from({ length: 3 }, () => client.submit("q", "t", 1));
    await assert.rejects(client.submit("q", "t", 1), { code: "RESOURCE_EXHAUSTED" });
    const ends = Promise.allSettled(waiting);
    clock.advance(10_000);
    assert.ok((await ends).every(({ status }) => status === "rejected"));
    clock.advance(10_000);
  });

  it("end after their time without an answer, and say that they may be stored", async () => {
    const arrived = deferred<void>();
    dispatcher.submit = () => arrived.resolve();
    const clock = new ManualClock();
    const client = makeClient({ timeoutMs: 3_000 }, clock);
    const submitted = client.submit("q", "t", 1);
    await arrived.promise;
    clock.advance(2_999);
    const later = client.submit("q", "t", 2);
    const ends = Promise.allSettled([submitted, later]);
    clock.advance(1);
    await assert.rejects(submitted, { code: "DEADLINE_EXCEEDED", reason: "OUTCOME_UNKNOWN" });
    clock.advance(2_999);
    assert.ok((await ends).every(({ status }) => status === "rejected"));
  });

  it("say that nothing was sent where there never was a connection, and why", async () => {
    const port = await freePort();
    const client = makeClient({ address: `127.0.0.1:${port}`, timeoutMs: 300 });
    await assert.rejects(client.submit("q", "t", 1), (error) => {
      assert.ok(error instanceof BatonError);
      assert.equal(error.code, "UNAVAILABLE");
      assert.equal(error.reason, "");
      assert.match(error.message, /^nothing was sent within 300 ms: .*ECONNREFUSED/);
      assert.ok(error.cause instanceof BatonError);
      return true;
    });
  });

  it("may be stored where there was a connection once, though there is none any more", async () => {
    const arrived = deferred<void>();
    dispatcher.submit = () => arrived.resolve();
    const client = makeClient({ timeoutMs: 500 });
    const refused = assert.rejects(client.submit("q", "t", 1), { reason: "OUTCOME_UNKNOWN" });
    await arrived.promise;
    await grpc.stop();
    await refused;
  });

  it("end at once where the server is no dispatcher", async () => {
    const other = await ScriptedWorkerService.start();
    try {
      const client = makeClient({ address: other.address });
      await assert.rejects(client.submit("q", "t", 1), { code: "UNIMPLEMENTED" });
      await assert.rejects(client.submit("q", "t", 1), { code: "UNIMPLEMENTED" });
    } finally {
      await other.stop();
    }
  });

  it("are waited for when the client closes, which takes no more", async () => {
    const arrived = deferred<() => void>();
    dispatcher.submit = (batch: readonly NewTask[], done: Done) =>
      arrived.resolve(() => done(batch.map(() => ({ kind: "created" }))));
    const client = makeClient();
    const submitted = client.submit("q", "t", 1);
    const closed = client.close();
    await assert.rejects(client.submit("q", "t", 2), { code: "CANCELLED" });
    const answer = await arrived.promise;
    answer();
    await closed;
    assert.match((await submitted).taskId, /^q~/);
    await client.close();
  });

  it("are moved to another stream where the dispatcher ends this one", async () => {
    const client = makeClient();
    await client.submit("q", "t", 1);
    const answers: (() => void)[] = [];
    dispatcher.submit = (batch: readonly NewTask[], done: Done) => {
      answers.push(() => done(new TaskError("DRAINING", "going", { retryAfterMs: 0 })));
      if (answers.length > 1) {
        done(batch.map(() => ({ kind: "created" })));
      }
    };
    const submitted = client.submit("q", "t", 2);
    await eventually(() => assert.equal(answers.length, 1));
    answers[0]?.();
    assert.match((await submitted).taskId, /^q~/);
  });
});
