import assert from "node:assert/strict";
import { NonRetryableError, type SubmitOptions, type TaskId } from "@baton/worker-sdk";
import { FlowPlatform, STORES } from "../support/flow-platform.ts";
import { eventually } from "../support/time/eventually.ts";

for (const kind of STORES) {
  describe(`Order and shares, from end to end on ${kind} (G8, G9)`, function () {
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

    const submit = async (payload: unknown, options: SubmitOptions): Promise<TaskId> =>
      (await platform.client.submit(queue, "step", payload, options)).taskId;
    const stateOf = async (id: TaskId): Promise<string> => (await platform.client.get(id)).state;

    it("steps of one order run one at a time, in order, however often they fail; others go on", async () => {
      const ran: string[] = [];
      let running = 0;
      let most = 0;
      const ids: TaskId[] = [];
      for (const step of ["a", "b", "c", "d"]) {
        // The priority would turn the order round.
        const options = { orderingKey: "order-7", priority: step.charCodeAt(0) % 10 };
        ids.push(await submit(step, { ...options, retry: { initialBackoffMs: 20 } }));
      }
      const other = await submit("other", { orderingKey: "order-8" });
      for (let n = 0; n < 2; n += 1) {
        platform.work({
          concurrency: 8,
          queues: {
            [queue]: async ({ payload }, { attempt }) => {
              if (payload === "other") {
                return;
              }
              running += 1;
              most = Math.max(most, running);
              await new Promise((resolve) => setImmediate(resolve));
              running -= 1;
              if (attempt < 3) {
                throw new Error("again");
              }
              ran.push(String(payload));
            },
          },
        });
      }
      await platform.end([...ids, other]);
      assert.deepEqual([ran.join(""), most], ["abcd", 1]);
    });

    it("handlers know the keys of their tasks", async () => {
      const keys: unknown[] = [];
      platform.work({
        queues: {
          [queue]: async (_, { concurrencyKey, orderingKey }) => {
            keys.push([concurrencyKey, orderingKey]);
          },
        },
      });
      const withKeys = await submit("", { concurrencyKey: "acme", orderingKey: "order-7" });
      await platform.end([withKeys]);
      await platform.end([await submit("", {})]);
      assert.deepEqual(keys, [
        ["acme", "order-7"],
        [undefined, undefined],
      ]);
    });

    for (const onDead of ["CONTINUE", "HOLD"] as const) {
      it(`a dead step lets the next go on, or holds it until it is redriven (${onDead})`, async () => {
        await platform.client.queues.update(queue, { onDead });
        let isMended = false;
        const ran: string[] = [];
        platform.work({
          queues: {
            [queue]: ({ payload }) => {
              if (payload === "charge" && !isMended) {
                throw new NonRetryableError("no money");
              }
              ran.push(String(payload));
            },
          },
        });
        const options = { orderingKey: "order-7" };
        const charge = await submit("charge", options);
        const ship = await submit("ship", options);
        await eventually(async () => assert.equal(await stateOf(charge), "DEAD"));
        if (onDead === "HOLD") {
          const { reasons } = await platform.client.explain(ship);
          const [reason] = reasons;
          assert.deepEqual(
            [reason?.code, reason?.key, reason?.head],
            ["ORDERING_KEY", "order-7", { taskId: charge, state: "DEAD" }],
          );
          assert.equal((await platform.client.queues.get(queue)).blockedBy.ordering, 1);
        } else {
          await platform.end([ship]);
        }
        isMended = true;
        await platform.client.redrive(charge);
        await platform.end([charge, ship]);
        const expected = onDead === "HOLD" ? ["charge", "ship"] : ["ship", "charge"];
        assert.deepEqual(ran, expected);
      });
    }

    it("a task shows its keys, and its ordering key lies within its concurrency key", async () => {
      const order = { orderingKey: "order-7" };
      const [one, two] = [
        await submit(1, { ...order, concurrencyKey: "blue" }),
        await submit(2, { ...order, concurrencyKey: "green" }),
      ];
      const { orderingKey, concurrencyKey } = await platform.client.get(two);
      assert.deepEqual([orderingKey, concurrencyKey], ["order-7", "green"]);
      const listed: string[] = [];
      for await (const task of platform.client.list({ queue })) {
        listed.push(`${task.concurrencyKey} ${task.orderingKey}`);
      }
      assert.deepEqual(listed, ["blue order-7", "green order-7"]);
      const begun: unknown[] = [];
      platform.work({
        concurrency: 2,
        queues: {
          [queue]: async ({ payload }) => {
            begun.push(payload);
            await eventually(() => assert.equal(begun.length, 2), { withinMs: 5_000 });
          },
        },
      });
      await platform.end([one, two]);
    });

    it("a flood of one tenant does not starve another, and weights are kept", async () => {
      await platform.client.queues.putKey(queue, "gold", { weight: 3 });
      const ids: TaskId[] = [];
      const keys = [
        ["flood", 120],
        ["gold", 60],
        ["small", 5],
      ] as const;
      for (const [concurrencyKey, count] of keys) {
        const submits = Array.from({ length: count }, () =>
          submit(concurrencyKey, { concurrencyKey }),
        );
        ids.push(...(await Promise.all(submits)));
      }
      const ran: string[] = [];
      platform.work({
        concurrency: 1,
        queues: { [queue]: ({ payload }) => void ran.push(String(payload)) },
      });
      await platform.end(ids);
      // Of five grants small and flood have one each and gold three, give or take a stride each.
      const lastOfSmall = ran.lastIndexOf("small") + 1;
      assert.ok(lastOfSmall <= 5 * 5 + 5, `the last of small was number ${lastOfSmall}`);
      const whileAll = ran.slice(0, 60);
      const shareOf = (key: string): number => whileAll.filter((each) => each === key).length;
      const ratio = shareOf("gold") / shareOf("flood");
      assert.ok(ratio > 2.2 && ratio < 3.8, `${shareOf("gold")} to ${shareOf("flood")}`);
    });
  });
}
