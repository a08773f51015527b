import assert from "node:assert/strict";
import {
  DEFAULT_QUEUE_SETTINGS,
  type QueueSettings,
} from "../../../../server/src/domain/flow/queue-settings.ts";
import type { QueueName } from "../../../../server/src/domain/ids.ts";
import { DEFAULTS } from "../../../../server/src/domain/limits.ts";
import { QUEUE } from "../../../support/task-factory.ts";
import { only, submit } from "../actions.ts";
import type { Fixture } from "../fixture.ts";
import { leaseIds, setQueue } from "./flow-actions.ts";

const EVERYTHING: QueueSettings = {
  isPaused: true,
  maxBacklog: 1_000_000_000,
  keyMaxBacklog: 17,
  concurrencyLimit: 1_000_000,
  keyConcurrencyLimit: 3,
  rateLimit: { tasks: 1_000_000, periodMs: 86_400_000, burst: 1_000_000 },
  keyRateLimit: { tasks: 7, periodMs: 100, burst: 1 },
  keyWeight: 100,
  plainWeight: 42,
  attemptHistory: 7,
  fairBy: "TIME",
  onDead: "HOLD",
  retryPolicy: { ...DEFAULTS.retryPolicy, maxAttempts: 3, nonRetryableTypes: ["Boom"] },
  retentionMs: 12_345,
};

/** How settings are kept. */
export function describeSettings(fixture: Fixture): void {
  const read = async (queue = QUEUE) => only(await fixture.store.settings([queue]));

  it("has the defaults for a queue of which nobody said anything, known or not", async () => {
    assert.deepEqual(await read(), { settings: DEFAULT_QUEUE_SETTINGS, revision: "" });
    await submit(fixture.store);
    assert.deepEqual(await read(), { settings: DEFAULT_QUEUE_SETTINGS, revision: "" });
  });

  it("returns what was put, on every process and after a crash", async () => {
    const { store, under } = fixture;
    assert.deepEqual(await store.putSettings(QUEUE, EVERYTHING, ""), { kind: "ok" });
    const { settings, revision } = await read();
    assert.deepEqual(settings, EVERYTHING);
    assert.notEqual(revision, "");
    const another = await under.another();
    assert.deepEqual(await another.settings([QUEUE]), [{ settings, revision }]);
    const again = await under.crash();
    assert.deepEqual(await again.settings([QUEUE]), [{ settings, revision }]);
  });

  it("makes a queue known by its settings", async () => {
    await setQueue(fixture.store, { isPaused: true }, "new" as QueueName);
    assert.deepEqual(await fixture.store.queueNames(), ["new"]);
    assert.equal((await fixture.store.stats(["new" as QueueName])).length, 1);
  });

  it("changes nothing where the settings are others by now", async () => {
    const { store } = fixture;
    const flow = store;
    await setQueue(store, { concurrencyLimit: 5 });
    const before = await read();
    assert.deepEqual(await flow.putSettings(QUEUE, EVERYTHING, ""), { kind: "changed" });
    assert.deepEqual(await flow.putSettings(QUEUE, EVERYTHING, "other"), { kind: "changed" });
    assert.deepEqual(await read(), before);
    await setQueue(store, { concurrencyLimit: 6 });
    assert.deepEqual(await flow.putSettings(QUEUE, EVERYTHING, before.revision), {
      kind: "changed",
    });
  });

  it("lets one of several win that change the same settings at once", async () => {
    const { store, under } = fixture;
    const stores = [store, await under.another()];
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, at) =>
        (stores[at % 2] ?? store).putSettings(
          QUEUE,
          { ...DEFAULT_QUEUE_SETTINGS, maxBacklog: at + 10 },
          "",
        ),
      ),
    );
    const winners = outcomes.flatMap(({ kind }, at) => (kind === "ok" ? [at + 10] : []));
    assert.equal(winners.length, 1);
    assert.equal((await read()).settings.maxBacklog, winners[0]);
  });

  it("returns the settings of several queues in order", async () => {
    const { store } = fixture;
    const names = ["one", "two", "three"] as QueueName[];
    await setQueue(store, { keyWeight: 2 }, "one" as QueueName);
    await setQueue(store, { keyWeight: 3 }, "three" as QueueName);
    const found = await store.settings(names);
    assert.deepEqual(
      found.map(({ settings }) => settings.keyWeight),
      [2, 1, 3],
    );
  });

  it("costs a queue nothing any more that has the defaults again", async () => {
    const { store } = fixture;
    await setQueue(store, { isPaused: true, maxBacklog: 1 });
    await setQueue(store, DEFAULT_QUEUE_SETTINGS);
    const ids = [await submit(store), await submit(store)];
    assert.deepEqual((await leaseIds(store)).toSorted(), ids.toSorted());
  });
}
