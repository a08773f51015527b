import assert from "node:assert/strict";
import { unpackDetails } from "@baton/proto";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { newSessionKey } from "../../../server/src/domain/ids.ts";
import { failureOf, readDetails } from "../../support/grpc/grpc-client.ts";
import { eventually } from "../../support/time/eventually.ts";
import { type ScriptedGrpc, startScriptedGrpc } from "../workers/lease-stream-fixture.ts";

const TASK = { queue: "email", type: "send" };
const ID = "email~0123456789abcdef";

describe("A unary call", () => {
  let dispatcher: ScriptedGrpc["dispatcher"];
  let clock: ScriptedGrpc["clock"];
  let grpc: ScriptedGrpc["grpc"];

  beforeEach(async () => {
    ({ dispatcher, clock, grpc } = await startScriptedGrpc());
  });

  afterEach(() => grpc?.stop());

  it("is answered INTERNAL with an id, and nothing else, where the dispatcher throws", async () => {
    dispatcher.submit = () => {
      throw new TypeError("password=hunter2");
    };
    const failure = await failureOf(grpc.client.task("Submit", { task: TASK }));
    assert.equal(failure.code, "INTERNAL");
    assert.equal(failure.message, "internal error");
    assert.equal(failure.reason, "INTERNAL");
    const logged = grpc.log.map(({ fields }) => fields as { error_id: string; err: Error });
    assert.equal(logged[0]?.error_id, failure.metadata.error_id);
    assert.match(String(logged[0]?.err.stack), /hunter2/);
  });

  it("is answered INTERNAL where the dispatcher rejects with what is no TaskError", async () => {
    dispatcher.get = () => Promise.reject("just text");
    const failure = await failureOf(grpc.client.task("Get", { taskId: ID }));
    assert.equal(failure.message, "internal error");
    assert.equal(grpc.log.length, 1);
  });

  it("is answered with the dispatcher's error and its details", async () => {
    dispatcher.submit = (_, done) =>
      done(new TaskError("QUEUE_FULL", "the queue is full", { retryAfterMs: 1_500 }));
    const failure = await failureOf(grpc.client.task("Submit", { task: TASK }));
    assert.equal(failure.code, "RESOURCE_EXHAUSTED");
    assert.equal(failure.reason, "QUEUE_FULL");
    assert.equal(failure.retryDelayMs, 1_500);
  });

  it("survives text in an error that is not well-formed", async () => {
    dispatcher.get = () => Promise.reject(new TaskError("TASK_NOT_FOUND", "cut \uD83D"));
    const failure = await failureOf(grpc.client.task("Get", { taskId: ID }));
    assert.equal(failure.message, "cut \uFFFD");
  });

  it("is answered UNAVAILABLE where the dispatcher takes too long", async () => {
    let answer: (() => void) | null = null;
    dispatcher.submit = (_, done) => {
      answer = () => done([{ kind: "created" }]);
    };
    const failure = failureOf(grpc.client.task("Submit", { task: TASK }));
    await eventually(() => assert.notEqual(answer, null));
    clock.advance(9_999);
    clock.advance(1);
    assert.equal((await failure).reason, "OUTCOME_UNKNOWN");
    (answer as (() => void) | null)?.();
  });

  it("gives each call its own time", async () => {
    const answers: (() => void)[] = [];
    dispatcher.submit = (_, done) => answers.push(() => done([{ kind: "created" }]));
    const first = failureOf(grpc.client.task("Submit", { task: TASK }));
    await eventually(() => assert.equal(answers.length, 1));
    clock.advance(6_000);
    const second = grpc.client.task("Submit", { task: TASK });
    const third = failureOf(grpc.client.task("Submit", { task: TASK }));
    await eventually(() => assert.equal(answers.length, 3));
    clock.advance(4_000);
    assert.equal((await first).reason, "OUTCOME_UNKNOWN");
    answers[1]?.();
    assert.equal((await second).receipt?.deduplicated, false);
    clock.advance(6_000);
    assert.equal((await third).reason, "OUTCOME_UNKNOWN");
  });

  it("answers each task of a batch by itself", async () => {
    const { results } = await grpc.client.task("SubmitBatch", {
      tasks: [
        TASK,
        { ...TASK, queue: "" },
        { ...TASK, payload: Buffer.alloc(1024 * 1024 + 1) },
        TASK,
      ],
    });
    assert.deepEqual(
      results.map(({ outcome, error }) => [
        outcome,
        readDetails(unpackDetails(error?.details ?? [])).reason,
        readDetails(unpackDetails(error?.details ?? [])).fields,
      ]),
      [
        ["receipt", "", []],
        ["error", "INVALID_FIELD", ["tasks[1].queue"]],
        ["error", "PAYLOAD_TOO_LARGE", ["tasks[2].payload"]],
        ["receipt", "", []],
      ],
    );
    assert.deepEqual(
      [results[0]?.receipt?.taskId, results[3]?.receipt?.taskId],
      dispatcher.submitted.map(({ id }) => id),
    );
  });

  it("answers every task of a batch where the store's answer is not known", async () => {
    dispatcher.submit = (_, done) => done(new TaskError("OUTCOME_UNKNOWN", "no answer"));
    const { results } = await grpc.client.task("SubmitBatch", { tasks: [TASK, TASK] });
    assert.deepEqual(
      results.map(({ error }) => error?.code),
      [14, 14],
    );
  });

  it("derives a task's id from its request id, and no other", async () => {
    const task = { ...TASK, requestId: "r-1" };
    const first = await grpc.client.task("Submit", { task });
    const again = await grpc.client.task("Submit", { task });
    const other = await grpc.client.task("Submit", { task: TASK });
    assert.equal(first.receipt?.taskId, again.receipt?.taskId);
    assert.notEqual(first.receipt?.taskId, other.receipt?.taskId);
    assert.notEqual(dispatcher.submitted[0]?.fingerprint, "");
    assert.equal(dispatcher.submitted[2]?.fingerprint, "");
  });

  it("settles without a stream, item by item and in order", async () => {
    const lease = (leaseToken: number) => ({ taskId: ID, leaseToken });
    dispatcher.settle = async (_key, batch) =>
      batch.map((settlement) => ({ lease: settlement.lease, status: "STALE", reason: "" }));
    const { results } = await grpc.client.call("WorkerService", "Settle", {
      sessionKey: newSessionKey(),
      settlements: [
        { lease: lease(1), complete: {} },
        { lease: lease(2) },
        { lease: lease(3), fail: { failure: { type: "Error" } } },
      ],
    });
    assert.deepEqual(
      results.map((result) => [result.lease?.leaseToken, result.status]),
      [
        ["1", "SETTLEMENT_STATUS_STALE"],
        ["2", "SETTLEMENT_STATUS_REJECTED"],
        ["3", "SETTLEMENT_STATUS_STALE"],
      ],
    );
    assert.equal(results[1]?.reason, "outcome is required");
  });

  it("is refused where its message is larger than a message may be", async () => {
    const payload = Buffer.alloc(4 * 1024 * 1024);
    const failure = await failureOf(grpc.client.task("Submit", { task: { ...TASK, payload } }));
    assert.equal(failure.code, "RESOURCE_EXHAUSTED");
    assert.equal(dispatcher.submitted.length, 0);
  });

  it("is refused where its bytes are no message", async () => {
    const failure = await failureOf(
      grpc.client.raw("/baton.v1.TaskService/Submit", Buffer.from([0x0a, 0xff, 0xff])),
    );
    assert.equal(failure.code, "INTERNAL");
    assert.equal(failure.message, "Error deserializing request");
  });

  it("is UNIMPLEMENTED where there is no such method", async () => {
    const failure = await failureOf(
      grpc.client.raw("/baton.v1.TaskService/Nothing", Buffer.alloc(0)),
    );
    assert.equal(failure.code, "UNIMPLEMENTED");
  });
});
