import assert from "node:assert/strict";
import { join } from "node:path";
import type { Handler, TaskId } from "@baton/worker-sdk";
import { FlowPlatform, STORES } from "../support/flow-platform.ts";
import { Child } from "../support/processes/child.ts";
import { NODE_FLAGS } from "../support/processes/node-flags.ts";
import { type Deferred, deferred } from "../support/time/deferred.ts";
import { eventually } from "../support/time/eventually.ts";
import { PATIENCE_MS } from "../support/time/patience.ts";

const SDK_WORKER = join(import.meta.dirname, "../support/processes/sdk-worker.ts");

/** A handler whose attempts end one by one, when the test says so. */
class Gate {
  readonly #open: Deferred<void>[] = [];
  readonly #running = new Map<string, number>();
  readonly most = new Map<string, number>();
  begun = 0;

  /** The handler; the payload is the key. */
  readonly handler: Handler = async ({ payload }) => {
    const key = String(payload);
    const running = this.runningOf(key) + 1;
    this.#running.set(key, running);
    this.most.set(key, Math.max(this.most.get(key) ?? 0, running));
    this.begun += 1;
    const open = deferred();
    this.#open.push(open);
    await open.promise;
    this.#running.set(key, this.runningOf(key) - 1);
  };

  runningOf(key: string): number {
    return this.#running.get(key) ?? 0;
  }

  /** Lets so many end, those that began first. */
  let(count: number): void {
    for (const open of this.#open.splice(0, count)) {
      open.resolve();
    }
  }

  /** How many run. */
  get running(): number {
    return this.#open.length;
  }
}

for (const kind of STORES) {
  describe(`Limits, from end to end on ${kind} (G10, G14)`, function () {
    this.timeout(20_000);
    let platform: FlowPlatform;
    let queue: string;
    let gate: Gate;
    let child: Child | null = null;

    before(async () => {
      platform = await FlowPlatform.start(kind);
    });
    beforeEach(() => {
      queue = platform.queue();
      gate = new Gate();
    });
    afterEach(async () => {
      gate?.let(gate?.running ?? 0);
      await child?.kill();
      child = null;
      await platform?.stopWorkers();
    });
    after(() => platform?.stop());

    const submit = async (count: number, concurrencyKey?: string): Promise<TaskId[]> => {
      const options = concurrencyKey === undefined ? {} : { concurrencyKey };
      const submits = Array.from({ length: count }, () =>
        platform.client.submit(queue, "run", concurrencyKey ?? "plain", options),
      );
      return (await Promise.all(submits)).map(({ taskId }) => taskId);
    };
    const work = (workers = 2): void => {
      for (let n = 0; n < workers; n += 1) {
        platform.work({ queues: { [queue]: gate.handler }, concurrency: 16 });
      }
    };
    const untilRunning = (count: number): Promise<void> =>
      eventually(() => assert.equal(gate.running, count), { withinMs: 5_000 });
    /** Lets tasks end until all have, a few at a time; `look` is called in between. */
    const drain = async (ids: readonly TaskId[], look: () => void): Promise<void> => {
      let isOver = false;
      const end = platform.end(ids).finally(() => {
        isOver = true;
      });
      while (!isOver) {
        look();
        gate.let(1);
        await Promise.race([end, new Promise((resolve) => setImmediate(resolve))]);
      }
      await end;
    };

    it("no more of a queue are leased than it may, on all workers and dispatchers together", async () => {
      await platform.client.queues.update(queue, { concurrencyLimit: 3 });
      const ids = [...(await submit(10)), ...(await submit(10, "blue"))];
      work();
      await untilRunning(3);
      const { leased, ready, blocked, blockedBy } = await platform.client.queues.get(queue);
      assert.deepEqual({ leased, ready, blocked }, { leased: 3, ready: 17, blocked: 17 });
      assert.equal(blockedBy.concurrency, 17);
      await drain(ids, () => assert.ok(gate.running <= 3, `${gate.running} ran at once`));
    });

    it("no more of a key are leased than it may, and others are not held up", async () => {
      await platform.client.queues.update(queue, { keyConcurrencyLimit: 1 });
      await platform.client.queues.putKey(queue, "gold", { concurrencyLimit: 2 });
      const ids = [
        ...(await submit(6, "blue")),
        ...(await submit(6, "gold")),
        ...(await submit(6)),
      ];
      work();
      // Those without a key have no limit of a key.
      await untilRunning(9);
      const keys = new Map<string, unknown>();
      for await (const { key, leased, waiting, blockedBy } of platform.client.queues.keys(queue)) {
        keys.set(key, { leased, waiting, blockedBy });
      }
      assert.deepEqual([...keys].sort(), [
        ["blue", { leased: 1, waiting: 5, blockedBy: "CONCURRENCY" }],
        ["gold", { leased: 2, waiting: 4, blockedBy: "CONCURRENCY" }],
      ]);
      await drain(ids, () => {});
      assert.deepEqual([gate.most.get("blue"), gate.most.get("gold")], [1, 2]);
    });

    it("a limit that is lowered ends nothing, and one that is raised lets more in at once", async () => {
      await platform.client.queues.update(queue, { concurrencyLimit: 4 });
      const ids = await submit(12);
      work();
      await untilRunning(4);
      await platform.client.queues.update(queue, { concurrencyLimit: 2 });
      gate.let(2);
      await eventually(async () =>
        assert.equal((await platform.client.queues.get(queue)).succeeded, 2),
      );
      assert.deepEqual([gate.running, gate.begun], [2, 4]);
      await platform.client.queues.update(queue, { concurrencyLimit: 6 });
      await untilRunning(6);
      await platform.client.queues.update(queue, { concurrencyLimit: null });
      await untilRunning(10);
      await drain(ids, () => {});
    });

    it("no more are granted in any time than the rate and its burst say", async () => {
      const rate = { tasks: 10, periodMs: 1_000, burst: 3 };
      await platform.client.queues.update(queue, { rateLimit: rate });
      const ids = await submit(10);
      for (let n = 0; n < 2; n += 1) {
        platform.work({ queues: { [queue]: () => {} }, concurrency: 16 });
      }
      await platform.end(ids);
      const infos = await Promise.all(ids.map((id) => platform.client.get(id)));
      const times = infos.map(({ startedAtMs }) => startedAtMs ?? 0).sort((a, b) => a - b);
      for (const [first, fromMs] of times.entries()) {
        for (const [last, untilMs] of times.entries()) {
          const most = rate.burst + ((untilMs - fromMs + 1) * rate.tasks) / rate.periodMs;
          assert.ok(last - first + 1 <= most, `${last - first + 1} in ${untilMs - fromMs} ms`);
        }
      }
      assert.ok((times.at(-1) ?? 0) - (times[0] ?? 0) >= 690, "seven waited for a token each");
    });

    it("a worker that is killed gives back what it held of a limit", async () => {
      await platform.client.queues.update(queue, { keyConcurrencyLimit: 1 });
      const env = { BATON_ADDRESS: platform.addresses[0] ?? "", BATON_QUEUE: queue };
      child = new Child({ command: process.execPath, args: [...NODE_FLAGS, SDK_WORKER], env });
      const options = { concurrencyKey: "blue", retry: { maxCrashes: 10 } };
      const first = await platform.client.submit(queue, "sleep", Buffer.from("60000"), options);
      await child.line(/^started /);
      const second = await platform.client.submit(queue, "echo", Buffer.from("x"), options);
      const { reasons } = await platform.client.explain(second.taskId);
      assert.deepEqual(
        [reasons[0]?.code, reasons[0]?.key, reasons[0]?.limit, reasons[0]?.holders],
        ["KEY_CONCURRENCY_LIMIT", "blue", 1, [first.taskId]],
      );
      await child.kill();
      platform.work({ queues: { [queue]: () => "done" } });
      assert.equal(await platform.client.await(first.taskId), "done");
      assert.equal(await platform.client.await(second.taskId), "done");
    }).timeout(2 * PATIENCE_MS);

    it("a pause grants nothing and takes submits, and its end is noticed at once", async () => {
      work();
      assert.equal((await platform.client.queues.pause(queue)).settings.paused, true);
      const ids = await submit(2);
      const { reasons } = await platform.client.explain(ids[0] as TaskId);
      assert.equal(reasons[0]?.code, "QUEUE_PAUSED");
      assert.deepEqual([gate.begun, (await platform.client.queues.get(queue)).blocked], [0, 2]);
      await platform.client.queues.resume(queue);
      await untilRunning(2);
      await drain(ids, () => {});
    });

    it("a key that is paused holds only its own", async () => {
      await platform.client.queues.putKey(queue, "blue", { paused: true });
      const [held] = await submit(1, "blue");
      const free = await submit(1, "green");
      work();
      await untilRunning(1);
      const { reasons } = await platform.client.explain(held as TaskId);
      assert.deepEqual([reasons[0]?.code, reasons[0]?.key], ["KEY_PAUSED", "blue"]);
      await platform.client.queues.clearKey(queue, "blue");
      await untilRunning(2);
      await drain([held as TaskId, ...free], () => {});
    });
  });
}
