import assert from "node:assert/strict";
import { once } from "node:events";
import { unpackDetails } from "@baton/proto";
import type { TaskFollower } from "../../../server/src/dispatch/contract.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import type { TaskId } from "../../../server/src/domain/ids.ts";
import type { Task } from "../../../server/src/domain/task.ts";
import { type RequestOf, type ResponseOf, readDetails } from "../../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";
import { storedTask } from "../../support/task-factory.ts";
import { eventually } from "../../support/time/eventually.ts";
import { nextTurn } from "../../support/time/next-turn.ts";

type Items = NonNullable<RequestOf<"TaskService", "AwaitStream">["items"]>;
type Results = ResponseOf<"TaskService", "AwaitStream">["results"];

function idAt(place: number): TaskId {
  return `email~${String(place).padStart(16, "0")}` as TaskId;
}

function items(count: number, from = 0): Items {
  return Array.from({ length: count }, (_, at) => ({
    sequence: from + at,
    taskId: idAt(from + at),
  }));
}

function detailsOf(result: Results[number] | undefined) {
  return readDetails(unpackDetails(result?.error?.details ?? []));
}

/** A dispatcher whose followers are told what a test says. */
class FollowedDispatcher extends ScriptedDispatcher {
  readonly followers: { readonly id: TaskId; readonly follower: TaskFollower }[] = [];
  /** How many are followed now. */
  open = 0;

  override follow(id: TaskId, follower: TaskFollower): () => void {
    this.followers.push({ id, follower });
    this.open += 1;
    let isOpen = true;
    return () => {
      this.open -= isOpen ? 1 : 0;
      isOpen = false;
    };
  }

  /** Shows each follower that came, and was shown nothing, its task. */
  show(taskOf: (id: TaskId) => Task, from = 0): void {
    for (const { id, follower } of this.followers.slice(from)) {
      follower.seen(taskOf(id));
    }
  }
}

function running(id: TaskId): Task {
  return storedTask({ id, state: "LEASED" });
}

function done(id: TaskId): Task {
  return storedTask({ id, state: "SUCCEEDED" });
}

describe("An await stream", () => {
  let dispatcher: FollowedDispatcher;
  let grpc: GrpcUnderTest;

  beforeEach(async () => {
    dispatcher = new FollowedDispatcher();
    grpc = await startGrpc(dispatcher);
  });

  afterEach(() => grpc?.stop());

  async function followed(count: number): Promise<void> {
    await eventually(() => assert.equal(dispatcher.followers.length, count));
  }

  it("answers each item with its number once its task is final, and ends with OK after the last", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({ items: [{ sequence: "18446744073709551615", taskId: idAt(7) }, ...items(2)] });
    stream.halfClose();
    await followed(3);
    dispatcher.show(running);
    dispatcher.show(done);
    const { results } = await stream.next();
    assert.deepEqual(
      results.map(({ sequence, outcome, task }) => [sequence, outcome, task?.id, task?.state]),
      [
        ["18446744073709551615", "task", idAt(7), "TASK_STATE_SUCCEEDED"],
        ["0", "task", idAt(0), "TASK_STATE_SUCCEEDED"],
        ["1", "task", idAt(1), "TASK_STATE_SUCCEEDED"],
      ],
    );
    assert.equal((await stream.ended).code, "OK");
    assert.equal(stream.unread, 0);
    assert.equal(dispatcher.open, 0);
  });

  it("refuses what is more than an address may await, until some of it is over", async () => {
    await grpc.stop();
    grpc = await startGrpc(dispatcher, { settings: { maxAwaited: 100, maxPeerAwaited: 10 } });
    const [one, two] = [grpc.client.awaitStream(), grpc.client.awaitStream()];
    one.send({ items: items(8) });
    await followed(8);
    two.send({ items: items(4) });
    const { results } = await two.next();
    assert.deepEqual(
      results.map((result) => [result.sequence, detailsOf(result).reason]),
      [
        ["2", "AWAITS_FULL"],
        ["3", "AWAITS_FULL"],
      ],
    );
    one.cancel();
    await eventually(() => assert.equal(dispatcher.open, 2));
    two.send({ items: items(8, 4) });
    await followed(18);
    two.cancel();
    await eventually(() => assert.equal(dispatcher.open, 0));
  });

  it("ends with OK where nothing was sent", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({});
    stream.halfClose();
    assert.equal((await stream.ended).code, "OK");
  });

  it("answers a task twice where it is awaited twice", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({ items: [1, 2].map((sequence) => ({ sequence, taskId: idAt(0) })) });
    await followed(2);
    dispatcher.show(done);
    assert.equal((await stream.next()).results.length, 2);
    stream.cancel();
  });

  it("answers a bad item among good ones by itself", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({
      items: [
        { sequence: 1, taskId: idAt(1) },
        { sequence: 2, taskId: "\uD83D" },
        { sequence: 3 },
        { sequence: 4, taskId: idAt(4) },
      ],
    });
    const { results } = await stream.next();
    assert.deepEqual(
      results.map((result) => [
        result.sequence,
        detailsOf(result).reason,
        detailsOf(result).fields,
      ]),
      [
        ["2", "INVALID_FIELD", ["items[1].task_id"]],
        ["3", "INVALID_FIELD", ["items[2].task_id"]],
      ],
    );
    dispatcher.followers[0]?.follower.ended(new TaskError("TASK_NOT_FOUND", "no such task"));
    dispatcher.followers[1]?.follower.seen(done(idAt(4)));
    const { results: others } = await stream.next();
    assert.deepEqual(
      others.map((result) => [result.sequence, result.outcome, detailsOf(result).reason]),
      [
        ["1", "error", "TASK_NOT_FOUND"],
        ["4", "task", ""],
      ],
    );
    stream.cancel();
  });

  it("answers no item that was forgotten, and lets its number be used again", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({ items: items(3) });
    await followed(3);
    stream.send({ items: items(1), forgets: [{ sequence: 0 }, { sequence: 1 }, { sequence: 99 }] });
    stream.halfClose();
    await followed(4);
    assert.equal(dispatcher.open, 2);
    dispatcher.show(done, 2);
    const { results } = await stream.next();
    assert.deepEqual(
      results.map(({ sequence }) => sequence),
      ["2", "0"],
    );
    assert.equal((await stream.ended).code, "OK");
  });

  it("ends where an item has the number of another that is awaited", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({ items: [...items(2), { sequence: 1, taskId: idAt(5) }] });
    const end = await stream.ended;
    assert.equal(end.code, "INVALID_ARGUMENT");
    assert.deepEqual(end.fields, ["items[2].sequence"]);
    await eventually(() => assert.equal(dispatcher.open, 0));
  });

  it("ends where a message has too many items, or forgets too many", async () => {
    const forgets = Array.from({ length: 1_001 }, (_, sequence) => ({ sequence }));
    for (const [field, message] of Object.entries({
      items: { items: items(1_001) },
      forgets: { forgets },
    })) {
      const stream = grpc.client.awaitStream();
      stream.send(message);
      const end = await stream.ended;
      assert.equal(end.code, "INVALID_ARGUMENT");
      assert.deepEqual(end.fields, [field]);
    }
  });

  it("ends where more than ten thousand tasks are awaited at a time, after what is owed", async () => {
    dispatcher.follow = (_, follower) => {
      queueMicrotask(() => follower.seen(running(idAt(0))));
      return () => undefined;
    };
    const stream = grpc.client.awaitStream();
    for (let from = 0; from < 10_000; from += 1_000) {
      stream.send({ items: items(1_000, from) });
    }
    stream.send({ items: items(1, 10_000), forgets: [{ sequence: 0 }] });
    stream.send({ items: [{ sequence: 20_000 }] });
    const end = await stream.ended;
    assert.equal(end.code, "INVALID_ARGUMENT");
    assert.deepEqual(end.fields, ["items"]);
    assert.match(end.message, /at most 10000/);
  }).timeout(10_000);

  it("looks at a thousand tasks at a time, and at the next as they are seen", async () => {
    const stream = grpc.client.awaitStream();
    for (let from = 0; from < 3_000; from += 1_000) {
      stream.send({ items: items(1_000, from) });
    }
    await followed(1_000);
    await nextTurn();
    assert.equal(dispatcher.followers.length, 1_000);
    dispatcher.show(running);
    await followed(2_000);
    dispatcher.show(running, 1_000);
    await followed(3_000);
    stream.cancel();
  });

  it("holds few answers for a client that does not read, and gives it all of them once it does", async () => {
    const result = { value: Buffer.alloc(500_000), contentType: "text/plain" };
    dispatcher.follow = (id, follower) => {
      dispatcher.followers.push({ id, follower });
      queueMicrotask(() => follower.seen({ ...done(id), result }));
      return () => undefined;
    };
    const call = grpc.client.duplex("TaskService", "AwaitStream");
    call.on("error", () => undefined);
    call.write({ items: items(1) });
    await once(call, "data");
    call.pause();
    call.write({ items: items(300, 1) });
    await eventually(() => assert.ok(dispatcher.followers.length > 301, "nothing is read again"));
    const numbers = new Set<string>();
    call.on("data", ({ results }) => {
      for (const { sequence, task } of results) {
        assert.equal(task?.result?.value.length, 500_000);
        numbers.add(sequence);
      }
    });
    call.resume();
    await eventually(() => assert.equal(numbers.size, 300), { withinMs: 18_000 });
    call.cancel();
  }).timeout(20_000);

  it("follows nothing any more where the client is gone", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({ items: items(2) });
    await followed(2);
    stream.cancel();
    await eventually(() => assert.equal(dispatcher.open, 0));
    dispatcher.show(done);
    assert.deepEqual(grpc.log, []);
  });

  it("ends with INTERNAL where the dispatcher has a bug", async () => {
    dispatcher.follow = () => {
      throw new Error("secret");
    };
    const stream = grpc.client.awaitStream();
    stream.send({ items: items(2) });
    const end = await stream.ended;
    assert.equal(end.code, "INTERNAL");
    assert.equal(end.message, "internal error");
  });

  it("ends with DRAINING when the dispatcher shuts down, after the answers that it has", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({ items: items(3) });
    await followed(3);
    dispatcher.followers[0]?.follower.seen(done(idAt(0)));
    await grpc.server.drain(0);
    assert.equal((await stream.next()).results[0]?.sequence, "0");
    const end = await stream.ended;
    assert.equal(end.code, "UNAVAILABLE");
    assert.equal(end.reason, "DRAINING");
    assert.equal(end.retryDelayMs, 0);
    assert.equal(dispatcher.open, 0);
    const late = grpc.client.awaitStream();
    assert.equal((await late.ended).code, "UNAVAILABLE");
  });

  it("ends with DRAINING where the dispatcher follows nothing any more", async () => {
    const stream = grpc.client.awaitStream();
    stream.send({ items: items(2) });
    await followed(2);
    dispatcher.followers[1]?.follower.ended(
      new TaskError("DRAINING", "going", { retryAfterMs: 0 }),
    );
    assert.equal((await stream.ended).reason, "DRAINING");
    assert.equal(stream.unread, 0);
    assert.equal(dispatcher.open, 0);
  });
});
