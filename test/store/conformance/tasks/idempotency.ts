import assert from "node:assert/strict";
import {
  type QueueName,
  type TaskType,
  taskIdOfRequest,
} from "../../../../server/src/domain/ids.ts";
import { DEFAULTS } from "../../../../server/src/domain/limits.ts";
import { differencesOf } from "../../../../server/src/domain/specs/spec-differences.ts";
import type { Due, TaskSpec } from "../../../../server/src/domain/task.ts";
import { newSpec, newTask, QUEUE } from "../../../support/task-factory.ts";
import {
  cancel,
  complete,
  countsOf,
  find,
  leaseOne,
  openSession,
  settle,
  submit,
  sweep,
  trySubmit,
} from "../actions.ts";
import type { Fixture } from "../fixture.ts";

const HOUR_MS = 3_600_000;

/** Submits with request ids. */
export function describeIdempotency(fixture: Fixture): void {
  const request: Partial<TaskSpec> = { requestId: "order-17", payload: Buffer.from("17") };

  it("tells the ids of a request id's task, whichever key it has and wherever it lies", async () => {
    const { store } = fixture;
    for (const [concurrencyKey, orderingKey] of [
      ["", ""],
      ["acme", ""],
      ["initech", "invoice-4"],
      ["", "invoice-4"],
    ] as const) {
      const requestId = `of ${concurrencyKey} ${orderingKey}`;
      const offered = newTask({ requestId, concurrencyKey, orderingKey });
      const [outcome] = await store.submit([offered]);
      await submit(store, { requestId: `another ${requestId}`, concurrencyKey });
      const ids = await store.idsOfRequest(QUEUE, requestId);
      const found = (await store.get(ids)).flatMap((task) => task?.id ?? []);
      assert.deepEqual(found, [outcome?.id ?? offered.id]);
    }
    const unknown = await store.idsOfRequest(QUEUE, "never submitted");
    assert.ok((await store.get(unknown)).every((task) => task === null));
  });

  it("returns the first task and creates none for the same request id (G2)", async () => {
    const { store, under } = fixture;
    const id = await submit(store, request);
    const first = await find(store, id);
    await under.advance(60_000);

    assert.equal(await trySubmit(store, request), "known");

    assert.deepEqual(await find(store, id), first);
    assert.equal((await countsOf(store)).READY, 1);
  });

  it("keeps the first task's spec where a repeat differs in what is not compared (G2)", async () => {
    const { store } = fixture;
    const id = await submit(store, { ...request, priority: 3, labels: { a: "1" } });
    assert.equal(await trySubmit(store, { ...request, priority: 9, labels: { b: "2" } }), "known");
    const { spec } = await find(store, id);
    assert.deepEqual([spec.priority, spec.labels], [3, { a: "1" }]);
  });

  it("gives a spec back as it was submitted, so that a repeat can be compared (G2)", async () => {
    const { store } = fixture;
    const dues: readonly Due[] = [
      { kind: "now" },
      { kind: "after", delayMs: 7_000 },
      { kind: "at", atMs: 4_000_000_000_000 },
    ];
    for (const [index, due] of dues.entries()) {
      const spec = newSpec({
        requestId: `r-${index}`,
        payload: Buffer.alloc(index * 1_000, "x"),
        contentType: "application/json",
        labels: { b: "2", a: "größe" },
        priority: index,
        due,
        startDeadlineMs: index === 0 ? null : 5_000,
        attemptTimeoutMs: 1_000 + index,
        retryPolicy: { ...DEFAULTS.retryPolicy, multiplier: 1.5, nonRetryableTypes: ["A", "B"] },
        retentionMs: index * 1_000,
        deduplicationWindowMs: 3_000,
      });
      const known = await find(store, await submit(store, spec));
      assert.deepEqual(differencesOf(spec, known.spec), []);
    }
  });

  it("tells a request id that was used for another payload or type (G2)", async () => {
    const { store } = fixture;
    await submit(store, request);
    assert.equal(await trySubmit(store, { ...request, payload: Buffer.from("18") }), "reused");
    assert.equal(await trySubmit(store, { ...request, type: "other" as TaskType }), "reused");
    assert.equal((await countsOf(store)).READY, 1);
  });

  it("knows the request id within one batch (G2)", async () => {
    const { store } = fixture;
    const other = newTask({ ...request, payload: Buffer.from("18") });
    assert.deepEqual(await store.submit([newTask(request), newTask(request), other]), [
      { kind: "created" },
      { kind: "known" },
      { kind: "reused" },
    ]);
  });

  it("keeps the same request id of two queues apart (G2)", async () => {
    const { store } = fixture;
    await submit(store, request);
    await submit(store, { ...request, queue: "sms" as QueueName });
  });

  it("creates one task when two processes submit the same request at once (G2)", async () => {
    const { store, under } = fixture;
    const stores = [store, await under.another(), await under.another()];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        trySubmit(stores[index % stores.length] ?? store, request),
      ),
    );
    assert.equal(answers.filter((kind) => kind === "created").length, 1);
    assert.equal(answers.filter((kind) => kind === "known").length, 29);
    assert.equal((await countsOf(store)).READY, 1);
  });

  it("knows the request id in every state of the task (G2)", async () => {
    const { store } = fixture;
    const id = await submit(store, { ...request, due: { kind: "after", delayMs: 0 } });
    const session = await openSession(store);
    const task = await leaseOne(store, session);
    assert.equal(await trySubmit(store, request), "known");
    await settle(store, task, complete());
    assert.equal(await trySubmit(store, request), "known");
    assert.equal((await find(store, id)).state, "SUCCEEDED");

    await submit(store, { requestId: "order-18", due: { kind: "after", delayMs: HOUR_MS } });
    assert.equal(await trySubmit(store, { requestId: "order-18" }), "known");
    await cancel(store, taskIdOfRequest(QUEUE, "order-18"));
    assert.equal(await trySubmit(store, { requestId: "order-18" }), "known");
  });

  it("remembers a request for its window where the retention is shorter (G2, G13)", async () => {
    const { store, under } = fixture;
    const spec = { ...request, retentionMs: 0, deduplicationWindowMs: HOUR_MS };
    await cancel(store, await submit(store, spec));

    await under.advance(HOUR_MS - 60_000);
    assert.equal((await sweep(store)).purged, 0);
    assert.equal(await trySubmit(store, spec), "known");

    await under.advance(120_000);
    assert.equal((await sweep(store)).purged, 1);
    assert.equal(await trySubmit(store, spec), "created");
  });

  it("counts the window from the submit, the retention from the end (G13)", async () => {
    const { store, under } = fixture;
    const spec = { ...request, retentionMs: HOUR_MS, deduplicationWindowMs: HOUR_MS };
    const id = await submit(store, spec);
    await under.advance(HOUR_MS / 2);
    await cancel(store, id);

    await under.advance(HOUR_MS - 60_000);
    await sweep(store);
    assert.equal(await trySubmit(store, spec), "known");

    await under.advance(120_000);
    await sweep(store);
    assert.equal(await trySubmit(store, spec), "created");
  });

  it("remembers a request whose task is not final beyond its window (G2)", async () => {
    const { store, under } = fixture;
    const spec = { ...request, deduplicationWindowMs: 0 };
    await submit(store, spec);
    await under.advance(HOUR_MS);
    await sweep(store);
    assert.equal(await trySubmit(store, spec), "known");
  });

  it("does not keep a task without a request id for the window (G13)", async () => {
    const { store } = fixture;
    await cancel(store, await submit(store, { retentionMs: 0, deduplicationWindowMs: HOUR_MS }));
    assert.equal((await sweep(store)).purged, 1);
  });
}
