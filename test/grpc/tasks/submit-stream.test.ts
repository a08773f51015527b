import assert from "node:assert/strict";
import { once } from "node:events";
import { unpackDetails } from "@baton/proto";
import type { NewTask, SubmitOutcome } from "../../../server/src/dispatch/contract.ts";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { type RequestOf, type ResponseOf, readDetails } from "../../support/grpc/grpc-client.ts";
import { type GrpcUnderTest, startGrpc } from "../../support/grpc/grpc-server.ts";
import { ScriptedDispatcher } from "../../support/grpc/scripted-dispatcher.ts";
import { eventually } from "../../support/time/eventually.ts";

type Items = NonNullable<RequestOf<"TaskService", "SubmitStream">["items"]>;
type Results = ResponseOf<"TaskService", "SubmitStream">["results"];
type Done = (answer: readonly SubmitOutcome[] | TaskError) => void;

const TASK = { queue: "email", type: "send" };

function items(count: number, payload = Buffer.alloc(0)): Items {
  return Array.from({ length: count }, (_, sequence) => ({
    sequence,
    task: { ...TASK, payload },
  }));
}

function reasonOf(result: Results[number] | undefined): string {
  const { details = [] } = result?.error ?? {};
  return readDetails(unpackDetails(details)).reason;
}

/** A dispatcher that answers nothing until it is told to. */
class SlowDispatcher extends ScriptedDispatcher {
  readonly waiting: { readonly batch: readonly NewTask[]; readonly done: Done }[] = [];

  override submit(batch: readonly NewTask[], done: Done): void {
    this.submitted.push(...batch);
    this.waiting.push({ batch, done });
  }

  answerAll(): void {
    for (const { batch, done } of this.waiting.splice(0)) {
      done(batch.map(() => ({ kind: "created" })));
    }
  }
}

describe("A submit stream", () => {
  let dispatcher: SlowDispatcher;
  let grpc: GrpcUnderTest;

  beforeEach(async () => {
    dispatcher = new SlowDispatcher();
    grpc = await startGrpc(dispatcher);
  });

  afterEach(() => grpc?.stop());

  async function submitted(count: number): Promise<void> {
    await eventually(() => assert.equal(dispatcher.submitted.length, count));
  }

  it("answers each item with its number, and ends with OK after the last answer", async () => {
    const stream = grpc.client.submitStream();
    stream.send({ items: [{ sequence: "18446744073709551615", task: TASK }] });
    stream.send({ items: items(2) });
    stream.halfClose();
    await submitted(3);
    dispatcher.answerAll();
    const { results } = await stream.next();
    assert.deepEqual(
      results.map(({ sequence, receipt }) => [sequence, receipt?.taskId]),
      [
        ["18446744073709551615", dispatcher.submitted[0]?.id],
        ["0", dispatcher.submitted[1]?.id],
        ["1", dispatcher.submitted[2]?.id],
      ],
    );
    assert.equal((await stream.ended).code, "OK");
    assert.equal(stream.unread, 0);
  });

  it("ends with OK where nothing was sent", async () => {
    const stream = grpc.client.submitStream();
    stream.send({});
    stream.halfClose();
    assert.equal((await stream.ended).code, "OK");
  });

  it("answers a bad item among good ones by itself", async () => {
    const stream = grpc.client.submitStream();
    stream.send({
      items: [
        { sequence: 1, task: TASK },
        { sequence: 2, task: { ...TASK, queue: "\uD83D" } },
        { sequence: 3 },
        { sequence: 4, task: { ...TASK, orderingKey: "\u0007" } },
        { sequence: 5, task: { ...TASK, type: "bounce" } },
      ],
    });
    await submitted(2);
    dispatcher.answerAll();
    const { results } = await stream.next();
    assert.deepEqual(
      results.map((result) => [result.sequence, result.outcome, reasonOf(result)]),
      [
        ["1", "receipt", ""],
        ["2", "error", "INVALID_FIELD"],
        ["3", "error", "INVALID_FIELD"],
        ["4", "error", "INVALID_FIELD"],
        ["5", "receipt", ""],
      ],
    );
    const details = unpackDetails(results[1]?.error?.details ?? []);
    assert.deepEqual(readDetails(details).fields, ["items[1].task.queue"]);
    assert.equal(results[2]?.error?.code, 3);
    assert.match(results[2]?.error?.message ?? "", /^items\[2\]\.task is required/);
    stream.cancel();
  });

  it("answers items that are all bad", async () => {
    const stream = grpc.client.submitStream();
    stream.send({ items: [{ sequence: 1 }, { sequence: 2 }] });
    stream.halfClose();
    assert.equal((await stream.next()).results.length, 2);
    assert.equal((await stream.ended).code, "OK");
  });

  it("answers every item where the store's answer is not known", async () => {
    const stream = grpc.client.submitStream();
    stream.send({ items: items(2) });
    await submitted(2);
    dispatcher.waiting[0]?.done(new TaskError("OUTCOME_UNKNOWN", "no answer in time"));
    const { results } = await stream.next();
    assert.deepEqual(results.map(reasonOf), ["OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"]);
    const details = unpackDetails(results[1]?.error?.details ?? []);
    assert.equal(readDetails(details).retryDelayMs, 1_000);
    stream.cancel();
  });

  it("names the first task where a request id was used for another", async () => {
    const stream = grpc.client.submitStream();
    stream.send({ items: [{ sequence: 1, task: { ...TASK, requestId: "r" } }] });
    await submitted(1);
    dispatcher.waiting[0]?.done([{ kind: "reused" }]);
    const { results } = await stream.next();
    const details = unpackDetails(results[0]?.error?.details ?? []);
    assert.deepEqual(readDetails(details).metadata, { task_id: dispatcher.submitted[0]?.id });
    stream.cancel();
  });

  it("answers INTERNAL and lives where the dispatcher throws", async () => {
    dispatcher.submit = () => {
      throw new Error("secret");
    };
    const stream = grpc.client.submitStream();
    stream.send({ items: items(2) });
    const { results } = await stream.next();
    assert.deepEqual(results.map(reasonOf), ["INTERNAL", "INTERNAL"]);
    assert.equal(results[0]?.error?.message, "internal error");
    stream.send({ items: items(1) });
    assert.equal((await stream.next()).results.length, 1);
    stream.cancel();
  });

  it("ends where a message has too many items, after what is owed", async () => {
    const stream = grpc.client.submitStream();
    stream.send({ items: items(1) });
    stream.send({ items: items(1_001) });
    await submitted(1);
    dispatcher.answerAll();
    assert.equal((await stream.next()).results.length, 1);
    const end = await stream.ended;
    assert.equal(end.code, "INVALID_ARGUMENT");
    assert.deepEqual(end.fields, ["items"]);
  });

  it("takes no more than it can hold while the store is slow, and goes on when it is not", async () => {
    const stream = grpc.client.submitStream();
    for (let frame = 0; frame < 20; frame++) {
      stream.send({ items: items(1_000) });
    }
    await submitted(4_000);
    await assert.rejects(
      eventually(() => assert.ok(dispatcher.submitted.length > 4_000), { withinMs: 200 }),
    );
    await eventually(() => {
      dispatcher.answerAll();
      assert.equal(dispatcher.submitted.length, 20_000);
    });
    dispatcher.answerAll();
    stream.halfClose();
    assert.equal((await stream.ended).code, "OK");
  });

  it("counts bytes as well", async () => {
    const stream = grpc.client.submitStream();
    for (let frame = 0; frame < 10; frame++) {
      stream.send({ items: items(3, Buffer.alloc(1024 * 1024)) });
    }
    await submitted(9);
    await assert.rejects(
      eventually(() => assert.ok(dispatcher.submitted.length > 9), { withinMs: 200 }),
    );
    stream.cancel();
  });

  it("stops taking items from a client that reads no answers", async () => {
    dispatcher.submit = ScriptedDispatcher.prototype.submit;
    const call = grpc.client.duplex("TaskService", "SubmitStream");
    call.on("error", () => undefined);
    call.write({ items: items(1) });
    await once(call, "data");
    call.pause();
    for (let frame = 0; frame < 100; frame++) {
      call.write({ items: items(1_000) });
    }
    let before = -1;
    let unchanged = 0;
    await eventually(() => {
      unchanged = dispatcher.submitted.length === before ? unchanged + 1 : 0;
      before = dispatcher.submitted.length;
      assert.ok(unchanged >= 10, "it still takes items");
    });
    assert.ok(before < 80_000, `${before} items were taken`);
    call.resume();
    await eventually(() => assert.equal(dispatcher.submitted.length, 100_001), {
      withinMs: 20_000,
    });
    call.cancel();
  }).timeout(30_000);

  it("drops the answers where the client is gone", async () => {
    const stream = grpc.client.submitStream();
    stream.send({ items: items(1) });
    await submitted(1);
    stream.cancel();
    assert.equal((await stream.ended).code, "CANCELLED");
    dispatcher.answerAll();
  });

  it("ends with DRAINING, once all is answered, when the dispatcher shuts down", async () => {
    const stream = grpc.client.submitStream();
    stream.send({ items: items(1) });
    await submitted(1);
    await grpc.server.drain(0);
    dispatcher.answerAll();
    assert.equal((await stream.next()).results.length, 1);
    const end = await stream.ended;
    assert.equal(end.code, "UNAVAILABLE");
    assert.equal(end.reason, "DRAINING");
    assert.equal(end.retryDelayMs, 0);
    const late = grpc.client.submitStream();
    assert.equal((await late.ended).code, "UNAVAILABLE");
  });
});
