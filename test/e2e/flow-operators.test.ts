import assert from "node:assert/strict";
import { BatonError, RateLimitedError, type TaskId } from "@baton/worker-sdk";
import { FlowPlatform, STORES } from "../support/flow-platform.ts";
import { deferred } from "../support/time/deferred.ts";
import { eventually } from "../support/time/eventually.ts";

const isRefusal =
  (reason: string) =>
  (error: unknown): boolean =>
    error instanceof BatonError && error.reason === reason;

for (const kind of STORES) {
  describe(`Operators, and partners that say 429, on ${kind}`, function () {
    this.timeout(20_000);
    let platform: FlowPlatform;
    let queue: string;

    before(async () => {
      platform = await FlowPlatform.start(kind);
    });
    beforeEach(() => {
      queue = platform.queue();
    });
    afterEach(() => platform?.stopWorkers());
    after(() => platform?.stop());

    const submit = async (payload: string, concurrencyKey?: string): Promise<TaskId> => {
      const options = concurrencyKey === undefined ? {} : { concurrencyKey };
      return (await platform.client.submit(queue, "call", payload, options)).taskId;
    };

    it("two who change different settings at once do not undo each other", async () => {
      const { queues } = platform.client;
      await Promise.all([
        queues.update(queue, { concurrencyLimit: 5, keyWeight: 7 }),
        queues.update(queue, { rateLimit: { tasks: 100, periodMs: 60_000 }, fairBy: "TIME" }),
        queues.update(queue, { retry: { maxAttempts: 2 }, retentionMs: 60_000 }),
        queues.pause(queue),
      ]);
      const { settings } = await queues.get(queue);
      assert.deepEqual(settings, {
        paused: true,
        maxBacklog: null,
        keyMaxBacklog: null,
        concurrencyLimit: 5,
        keyConcurrencyLimit: null,
        rateLimit: { tasks: 100, periodMs: 60_000, burst: 100 },
        keyRateLimit: null,
        keyWeight: 7,
        plainWeight: 1,
        fairBy: "TIME",
        onDead: "CONTINUE",
        retry: settings.retry,
        retentionMs: 60_000,
        attemptHistory: 20,
      });
      assert.equal(settings.retry?.maxAttempts, 2);
      assert.equal((await platform.client.get(await submit("a"))).maxAttempts, 2);
      const free = { concurrencyLimit: null, rateLimit: null, retry: null, retentionMs: null };
      const after = (await queues.update(queue, free)).settings;
      assert.deepEqual(
        [after.concurrencyLimit, after.rateLimit, after.retry, after.keyWeight, after.paused],
        [null, null, null, 7, true],
      );
    });

    it("a backlog that is full refuses more, says until when, and knows repeats", async () => {
      const { client } = platform;
      await client.queues.update(queue, { maxBacklog: 3, keyMaxBacklog: 1 });
      const request = { requestId: "first", concurrencyKey: "blue" };
      const { taskId } = await client.submit(queue, "call", "a", request);
      await assert.rejects(submit("b", "blue"), (error) => {
        assert.ok(error instanceof BatonError);
        assert.deepEqual([error.code, error.reason], ["RESOURCE_EXHAUSTED", "QUEUE_FULL"]);
        assert.ok((error.retryAfterMs ?? 0) > 0);
        return true;
      });
      const again = await client.submit(queue, "call", "a", request);
      assert.deepEqual(again, { taskId, deduplicated: true });
      await submit("c", "green");
      const outcomes: string[] = [];
      const plain = ["d", "e"].map((payload) => ({ queue, type: "call", payload }));
      for await (const outcome of client.submitMany(plain)) {
        outcomes.push(outcome.kind === "stored" ? "stored" : outcome.error.reason);
      }
      assert.deepEqual(outcomes, ["stored", "QUEUE_FULL"]);
      platform.work({ queues: { [queue]: () => {} } });
      await client.await(taskId);
      await eventually(async () => assert.ok(await submit("f")));
    });

    for (const scope of ["key", "queue"] as const) {
      it(`a worker that is rate limited holds its ${scope}, and no attempt is spent`, async () => {
        const limited = deferred();
        const ran: string[] = [];
        let hasBeenLimited = false;
        const first = await submit("limited", "blue");
        platform.work({
          concurrency: 4,
          queues: {
            [queue]: ({ payload }) => {
              if (payload === "limited" && !hasBeenLimited) {
                hasBeenLimited = true;
                limited.resolve();
                throw new RateLimitedError({ retryAfterMs: 1_500, scope });
              }
              ran.push(String(payload));
            },
          },
        });
        await limited.promise;
        await eventually(async () => {
          const { state } = await platform.client.get(first);
          assert.ok(state === "READY" || state === "SCHEDULED", state);
        });
        const [same, other] = [await submit("same", "blue"), await submit("other", "green")];
        const { reasons } = await platform.client.explain(same);
        const code = scope === "key" ? "KEY_HELD" : "QUEUE_HELD";
        assert.equal(reasons[0]?.code, code);
        assert.ok((reasons[0]?.remainingMs ?? 0) > 0);
        if (scope === "key") {
          await platform.end([other]);
          assert.deepEqual(ran, ["other"]);
        }
        await platform.end([first, same, other]);
        const { attempt, deliveries } = await platform.client.get(first);
        assert.deepEqual({ attempt, deliveries }, { attempt: 1, deliveries: 2 });
        assert.ok(ran.includes("same") && ran.includes("limited"));
      });
    }

    it("a queue is deleted only when it is empty, or with all that is in it", async () => {
      const { queues } = platform.client;
      assert.equal(await queues.delete(queue), false);
      await queues.update(queue, { concurrencyLimit: 5 });
      await queues.putKey(queue, "blue", { weight: 2 });
      const id = await submit("a", "blue");
      await assert.rejects(queues.delete(queue), isRefusal("QUEUE_NOT_EMPTY"));
      assert.equal((await queues.get(queue)).settings.concurrencyLimit, 5);
      assert.equal(await queues.delete(queue, { purge: true }), true);
      await assert.rejects(platform.client.get(id), (error) => error instanceof BatonError);
      await assert.rejects(queues.get(queue), isRefusal("QUEUE_NOT_FOUND"));
      await submit("b", "blue");
      assert.equal((await queues.get(queue)).settings.concurrencyLimit, null);
      for await (const { key, settings } of queues.keys(queue)) {
        assert.deepEqual([key, settings], ["blue", undefined]);
      }
    });

    it("keys are listed: all, those that something holds back, those with settings of their own", async () => {
      const { queues } = platform.client;
      await queues.putKey(queue, "gold", { weight: 3, rateLimit: { tasks: 5 } });
      await queues.putKey(queue, "blue", { paused: true });
      for (const key of ["blue", "green", "key with spaces, ✓ and *"]) {
        await submit("a", key);
      }
      const listed = async (filter: "all" | "blocked" | "set"): Promise<string[]> => {
        const keys: string[] = [];
        for await (const { key } of queues.keys(queue, { filter })) {
          keys.push(key);
        }
        return keys.sort();
      };
      assert.deepEqual(await listed("all"), ["blue", "gold", "green", "key with spaces, ✓ and *"]);
      assert.deepEqual(await listed("blocked"), ["blue"]);
      assert.deepEqual(await listed("set"), ["blue", "gold"]);
      const found = new Map<string, unknown>();
      for await (const { key, settings } of queues.keys(queue, { filter: "set" })) {
        found.set(key, settings);
      }
      assert.deepEqual(found.get("gold"), {
        weight: 3,
        rateLimit: { tasks: 5, periodMs: 1_000, burst: 5 },
        paused: false,
      });
      const names: string[] = [];
      for await (const { name, error } of queues.list()) {
        assert.equal(error, "");
        names.push(name);
      }
      assert.ok(names.includes(queue));
    });
  });
}
