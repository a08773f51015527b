import assert from "node:assert/strict";
import { DEFAULT_QUEUE_SETTINGS } from "../../../../server/src/domain/flow/queue-settings.ts";
import type { LeaseToken, QueueName, TaskId } from "../../../../server/src/domain/ids.ts";
import { queueOfTask, uniqueOfTask } from "../../../../server/src/domain/ids.ts";
import type { Task } from "../../../../server/src/domain/task.ts";
import { partitionOf } from "../../../../server/src/store/redis/partitions/partition-ids.ts";
import type { Store, StoreHint } from "../../../../server/src/store/store.ts";
import { newTask, newTasks, QUEUE } from "../../../support/task-factory.ts";
import { eventually } from "../../../support/time/eventually.ts";
import {
  cancel,
  find,
  lease,
  leaseOne,
  only,
  openSession,
  refsOf,
  renew,
  resume,
  submit,
  sweep,
  trySubmit,
} from "../../conformance/actions.ts";
import { listAll } from "../../model/listing.ts";
import { redisBed } from "../redis-bed.ts";

const SMS = "sms" as QueueName;
const PARTITIONS = 4;

function partOf(id: TaskId): number {
  return partitionOf(uniqueOfTask(id), PARTITIONS);
}

/** Returns tasks so that each partition has one, in the partitions' order. */
function taskOfEachPartition(): ReturnType<typeof newTask>[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => {
    let task = newTask();
    while (partOf(task.id) !== partition) {
      task = newTask();
    }
    return task;
  });
}

describe("A queue of several partitions on Redis", () => {
  const bed = redisBed();
  const open = (partitions?: number) => bed.open(partitions === undefined ? {} : { partitions });
  const listReady = (store: Store, limit: number, newestFirst = false): Promise<Task[]> =>
    listAll(store, { states: ["READY"], limit, newestFirst });

  it("puts a task of an id always into the same partition", () => {
    const placed = (unique: string) => [2, 3, 8, 64].map((count) => partitionOf(unique, count));
    assert.deepEqual(placed("AAAAAAAAAAAAAAAA"), [1, 1, 5, 21]);
    assert.deepEqual(placed("abcdefghijklmnop"), [1, 0, 5, 53]);
    assert.deepEqual(placed("0123456789-_ZYXW"), [0, 1, 6, 46]);
  });

  it("leases in order within each partition, by priority and then first in, first out (G8)", async () => {
    const store = await open(PARTITIONS);
    const batch = Array.from({ length: 80 }, (_, index) => newTask({ priority: (index * 7) % 10 }));
    await store.submit(batch.slice(0, 40));
    await store.submit(batch.slice(40));
    const leased = await lease(store, await openSession(store), { limit: 100 });
    const expected = batch.toSorted((a, b) => b.spec.priority - a.spec.priority);
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const own = ({ id }: { id: TaskId }) => partOf(id) === partition;
      const ids = leased.filter(own).map(({ id }) => id);
      assert.ok(ids.length > 0);
      assert.deepEqual(
        ids,
        expected.filter(own).map(({ id }) => id),
      );
    }
  });

  it("reaches every partition within as many calls as there are, however much the others have", async () => {
    const store = await open(PARTITIONS);
    await store.submit(newTasks(100));
    const urgent = await submit(store, { priority: 9 });
    const session = await openSession(store);
    const leased: TaskId[] = [];
    for (let call = 0; call < PARTITIONS; call += 1) {
      leased.push((await leaseOne(store, session)).id);
    }
    assert.ok(leased.includes(urgent));
  });

  it("exceeds the bytes of a lease by one payload at most, and finds the rest", async () => {
    const store = await open(PARTITIONS);
    await store.submit(newTasks(40, { payload: Buffer.alloc(1_000) }));
    const session = await openSession(store);
    let found = 0;
    while (found < 40) {
      const { length } = await lease(store, session, { maxPayloadBytes: 4_500 });
      assert.ok(length > 0 && length <= 5, `${length} tasks`);
      found += length;
    }
    assert.deepEqual(await lease(store, session), []);
  });

  it("sweeps no more than it is told to, and everything in the end", async () => {
    const store = await open(PARTITIONS);
    const batch = newTasks(30, { retentionMs: 0 });
    await store.submit(batch);
    await store.cancel(batch.map(({ id }) => ({ taskId: id, reason: "" })));
    for (const limit of [1, 2, 9]) {
      let purged = 0;
      for (let lap = 0; lap < 5; lap += 1) {
        const swept = await store.sweep(QUEUE, limit);
        assert.ok(swept.purged <= limit);
        purged += swept.purged;
      }
      assert.ok(purged > 0, `limit ${limit}`);
      await store.submit(batch);
      await store.cancel(batch.map(({ id }) => ({ taskId: id, reason: "" })));
    }
    assert.equal((await sweep(store)).purged, 30);
    assert.equal((await sweep(store)).nextInMs, null);
  });

  it("promotes in every partition, and names the attempts there that ran out of time", async () => {
    const store = await open(PARTITIONS);
    const due = { kind: "after", delayMs: 30_000 } as const;
    const batch = newTasks(20, { due, attemptTimeoutMs: 60_000 });
    await store.submit(batch);
    const inMs = (await sweep(store)).nextInMs ?? 0;
    assert.ok(inMs > 20_000 && inMs <= 30_000, `${inMs} ms`);
    bed.advance(40_000);
    assert.equal((await sweep(store)).promoted, 20);
    const held = refsOf(await lease(store, await openSession(store, { ttlMs: 600_000 })));
    bed.advance(70_000);
    const { timedOut } = await sweep(store);
    assert.deepEqual(new Set(timedOut.map((one) => one.lease)), new Set(held));
    assert.equal(held.length, 20);
  });

  it("is one queue to everybody: ids, hints, figures and reclaimed leases name it alone", async () => {
    const [store, other] = [await open(PARTITIONS), await open()];
    const heard: StoreHint[] = [];
    other.onHint((hint) => heard.push(hint));
    const batch = newTasks(20);
    await store.submit(batch);
    const ids = batch.map(({ id }) => id);
    await eventually(() =>
      assert.deepEqual(heard[0], { kind: "ready", queue: QUEUE, isOwn: false }),
    );

    const found = await other.get(ids, { watch: true });
    assert.deepEqual(
      found.map((task) => [task?.id, task?.spec.queue]),
      ids.map((id) => [id, QUEUE]),
    );
    const session = await openSession(other, { ttlMs: 60_000 });
    const leased = await lease(other, session);
    assert.deepEqual(leased.map(({ id }) => id).toSorted(), ids.toSorted());
    await cancel(store, ids[0] as TaskId, "enough");
    const renewed = await renew(other, session, 0);
    assert.ok(renewed.kind === "ok");
    assert.equal(only(renewed.notices).lease.taskId, ids[0]);
    const { reclaimed } = await sweep(store);
    assert.deepEqual(reclaimed.map((one) => one.lease.taskId).toSorted(), ids.slice(1).toSorted());
    assert.deepEqual(await other.queueNames(), [QUEUE]);
    for (const stats of [await other.stats(), await store.stats([QUEUE])]) {
      assert.deepEqual(
        [only(stats).queue, only(stats).counts.READY, only(stats).counts.CANCELLED],
        [QUEUE, 19, 1],
      );
    }
    await eventually(() => {
      const watched = heard.flatMap((hint) => (hint.kind === "tasks" ? hint.taskIds : []));
      assert.deepEqual(new Set(watched), new Set(ids));
    });
    assert.ok(heard.every((hint) => hint.kind !== "ready" || hint.queue === QUEUE));
  });

  it("remembers request ids whichever dispatcher takes them (G2)", async () => {
    const [store, other] = [await open(PARTITIONS), await open()];
    for (let order = 0; order < 20; order += 1) {
      const requestId = `order-${order}`;
      assert.equal(await trySubmit(store, { requestId }), "created");
      assert.equal(await trySubmit(other, { requestId }), "known");
      const payload = Buffer.from("another");
      assert.equal(await trySubmit(other, { requestId, payload }), "reused");
    }
    assert.equal(only(await other.stats()).counts.READY, 20);
  });

  it("takes batches that name partitioned queues and others, and answers in their order", async () => {
    const store = await open(PARTITIONS);
    const batch = Array.from({ length: 30 }, (_, index) =>
      newTask(index % 3 === 0 ? { queue: SMS } : {}),
    );
    await store.submit(batch.slice(10));
    const outcomes = await store.submit(batch);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      batch.map((_, index) => (index < 10 ? "created" : "known")),
    );
    const found = await store.get(batch.map(({ id }) => id));
    assert.deepEqual(
      found.map((task) => task?.spec.queue),
      batch.map(({ id }) => queueOfTask(id)),
    );
    const openings = [QUEUE, SMS].map((queue) => ({ queue, ttlMs: 60_000, held: [] }));
    const session = await openSession(store);
    const opened = await store.openSession(openings.map((one) => ({ ...session, ...one })));
    assert.deepEqual(
      opened.map(({ kind }) => kind),
      ["ok", "ok"],
    );
  });

  it("lists by the place over all partitions, in pages of any size", async () => {
    const store = await open(PARTITIONS);
    const ids: TaskId[] = [];
    for (let count = 0; count < 25; count += 1) {
      ids.push(await submit(store));
    }
    const sorted = (tasks: readonly Task[]) =>
      tasks.every((task, at) => task.dueAtMs >= (tasks[at - 1]?.dueAtMs ?? 0));
    const whole = await listReady(store, 100);
    assert.ok(sorted(whole));
    assert.deepEqual(whole.map(({ id }) => id).toSorted(), ids.toSorted());
    for (const limit of [1, 3, 24, 25]) {
      assert.deepEqual(await listReady(store, limit), whole, `pages of ${limit}`);
      const back = await listReady(store, limit, true);
      assert.deepEqual(back, whole.toReversed(), `pages of ${limit}, newest first`);
    }
  });

  it("lists tasks of large payloads whole and once", async () => {
    const store = await open(PARTITIONS);
    const batch = newTasks(24, { payload: Buffer.alloc(700_000) });
    for (const task of batch) {
      await store.submit([task]);
    }
    const listed = (await listReady(store, 50)).map(({ id }) => id);
    assert.deepEqual(listed.toSorted(), batch.map(({ id }) => id).toSorted());
  }).timeout(20_000);

  it("counts who is ahead in all partitions", async () => {
    const store = await open(PARTITIONS);
    for (const task of taskOfEachPartition()) {
      await store.submit([task]);
      const { submittedAtMs } = await find(store, task.id);
      await eventually(async () => {
        const [seconds, micros] = await bed.redis.time();
        assert.ok(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000) > submittedAtMs);
      });
    }
    const low = await submit(store, { priority: 0 });
    const high = await submit(store, { priority: 9 });
    const listed = (await listReady(store, 10)).map(({ id }) => id);
    const tasks = await store.get([...listed, low], { ahead: true });
    assert.deepEqual(
      tasks.map((task) => task?.ahead),
      [0, 1, 2, 3, 4, 5, 5],
    );
    assert.equal(listed[0], high);
    assert.equal(only(await store.get([low]))?.ahead, null);
  });

  it("is gone where one partition lost the session, and whole again once it is opened anew", async () => {
    const store = await open(PARTITIONS);
    await store.submit(newTasks(40));
    const session = await openSession(store);
    const held = refsOf(await lease(store, session, { limit: 40 }));
    await bed.redis.del(`b{${QUEUE}/2}:s:${session.sessionId}`);
    assert.deepEqual(await renew(store, session), { kind: "gone" });

    const { session: again, opened } = await resume(store, { session, held: held.slice(5) });

    assert.deepEqual([opened.kept, opened.lost], [held.slice(5), []]);
    assert.deepEqual(new Set(opened.released), new Set(held.slice(0, 5)));
    assert.deepEqual(await renew(store, again), { kind: "ok", notices: [] });
    const unknown = { taskId: `${QUEUE}~AAAAAAAAAAAAAAAA` as TaskId, token: 1 as LeaseToken };
    const third = await resume(store, { session: again, held: [unknown] });
    assert.deepEqual([third.opened.kept, third.opened.lost], [[], [unknown]]);
    assert.deepEqual(new Set(third.opened.released), new Set(held.slice(5)));
  });

  describe("whose count", () => {
    it("is refused where the queue has tasks in another, in one line that names both", async () => {
      await submit(await open(PARTITIONS));
      await assert.rejects(open(8), {
        name: "StoreOpenError",
        message:
          "--partitions names 8 for the queue email, which has tasks, workers or settings in 4; " +
          "change it when the queue is empty and no dispatcher runs",
      });
      await assert.rejects(open(1), { message: /names 1 for the queue email, .* in 4;/ });
      await submit(await open(PARTITIONS));
    });

    it("is refused where the queue has tasks and no partitions", async () => {
      const store = await open();
      await submit(store);
      await assert.rejects(open(PARTITIONS), {
        message: /names 4 for .* tasks, workers or settings in 1;/,
      });
      await submit(await open(1));
    });

    it("is refused where workers wait on the queue", async () => {
      await openSession(await open(2));
      await assert.rejects(open(PARTITIONS), {
        message: /names 4 for .* tasks, workers or settings in 2;/,
      });
    });

    it("is refused where the queue or a key has settings, which are dealt out", async () => {
      const store = await open(2);
      await store.putSettings(QUEUE, { ...DEFAULT_QUEUE_SETTINGS, isPaused: true }, "");
      await assert.rejects(open(PARTITIONS), { message: /names 4 for .* or settings in 2;/ });
      await store.deleteQueue(QUEUE, false);
      await open(PARTITIONS);
    });

    it("may change where the queue is empty, which others learn", async () => {
      const [store, other] = [await open(2), await open()];
      const requestId = "first";
      const id = await submit(store, { requestId, retentionMs: 0, deduplicationWindowMs: 0 });
      await cancel(other, id);
      await sweep(other);
      await open(PARTITIONS);
      await Promise.all([store.queueNames(), other.queueNames()]);
      await other.submit(taskOfEachPartition());
      assert.equal((await lease(store, await openSession(store))).length, PARTITIONS);
      assert.equal((await bed.redis.keys("b{email/?}:t")).length, PARTITIONS);
    });

    it("comes back where Redis lost it", async () => {
      const store = await open(PARTITIONS);
      await submit(store);
      await bed.redis.del("b:partitions");
      await store.queueNames();
      assert.deepEqual(await bed.redis.hgetall("b:partitions"), { email: "4" });
    });

    it("must be from 1 to 64", async () => {
      for (const count of [0, 65, 1.5]) {
        await assert.rejects(open(count), { message: /a queue has 1 to 64 partitions, not/ });
      }
    });
  });
});
