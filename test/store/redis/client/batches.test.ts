import assert from "node:assert/strict";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import { runByQueue, type Sizes } from "../../../../server/src/store/redis/client/batches.ts";

interface Item {
  readonly queue: QueueName;
  readonly number: number;
}

const itemsOf = (count: number, queue = "email"): Item[] =>
  Array.from({ length: count }, (_, number) => ({ queue: queue as QueueName, number }));

/** Runs a batch; returns how many items each call had, and the outcomes. */
async function run(batch: readonly Item[], sizes?: Sizes<Item>) {
  const calls: number[] = [];
  const outcomes = await runByQueue(
    batch,
    ({ queue }) => queue,
    async (_queue, items) => {
      calls.push(items.length);
      return items.map(({ number }) => number);
    },
    sizes,
  );
  assert.deepEqual(
    outcomes,
    batch.map(({ number }) => number),
  );
  return calls;
}

describe("A batch on Redis", () => {
  it("goes in one call up to 200 items, and in several beyond", async () => {
    assert.deepEqual(await run(itemsOf(200)), [200]);
    assert.deepEqual(await run(itemsOf(450)), [200, 200, 50]);
  });

  it("goes in smaller calls where its items have more work", async () => {
    const sizes = { workOf: ({ number }: Item) => (number < 100 ? 1 : 2) };
    assert.deepEqual(await run(itemsOf(150), sizes), [150]);
    assert.deepEqual(await run(itemsOf(250), sizes), [150, 100]);
  });

  it("goes in smaller calls where its items are large, one at least in each", async () => {
    const bytesOf = ({ number }: Item) => (number === 1 ? 9 : 1) * 1024 ** 2;
    assert.deepEqual(await run(itemsOf(7), { bytesOf }), [1, 1, 4, 1]);
  });

  it("of several queues goes in a call each", async () => {
    assert.deepEqual(await run([...itemsOf(2), ...itemsOf(3, "sms"), ...itemsOf(1)]), [3, 3]);
  });
});
