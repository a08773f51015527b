import assert from "node:assert/strict";
import { TaskError } from "../../../server/src/domain/errors.ts";
import { DEFAULT_QUEUE_SETTINGS } from "../../../server/src/domain/flow/queue-settings.ts";
import type { SettingsUpdate } from "../../../server/src/domain/flow/settings-update.ts";
import type { QueueName } from "../../../server/src/domain/ids.ts";
import { newTask, newTasks, QUEUE } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";

const LIMIT: SettingsUpdate = {
  names: ["concurrencyLimit"],
  settings: { ...DEFAULT_QUEUE_SETTINGS, concurrencyLimit: 3 },
};

describe("Queues as operators change them", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  const puts = () => fixture.store.calls("putSettings").length;

  async function refusalOf(work: Promise<unknown>): Promise<TaskError> {
    const error = await work.then(
      () => null,
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof TaskError, String(error));
    return error;
  }

  it("reads again where others changed the settings meanwhile", async () => {
    fixture.store.answerNext("putSettings", { kind: "changed" });
    fixture.store.answerNext("putSettings", { kind: "changed" });
    const { settings } = await fixture.dispatcher.queues.update(QUEUE, LIMIT);
    assert.equal(settings.concurrencyLimit, 3);
    assert.equal(puts(), 3);
  });

  it("gives up in the end, and says that it may be tried again", async () => {
    for (let tries = 0; tries < 100; tries += 1) {
      fixture.store.answerNext("putSettings", { kind: "changed" });
    }
    const error = await refusalOf(fixture.dispatcher.queues.update(QUEUE, LIMIT));
    assert.equal(error.reason, "STORE_UNAVAILABLE");
  });

  it("writes nothing where nothing would change, but makes a queue known that is not", async () => {
    const same: SettingsUpdate = { names: ["isPaused"], settings: DEFAULT_QUEUE_SETTINGS };
    await fixture.dispatcher.queues.update(QUEUE, same);
    assert.equal(puts(), 1);
    await fixture.dispatcher.queues.update(QUEUE, same);
    assert.equal(puts(), 1);
    const { stats } = await fixture.dispatcher.queues.get(QUEUE);
    assert.deepEqual([stats.queue, stats.counts.READY], [QUEUE, 0]);
  });

  for (const [field, named] of [
    ["maxBacklog", "settings.max_backlog"],
    ["concurrencyLimit", "settings.concurrency_limit"],
    ["rateLimit.tasks", "settings.rate_limit.tasks"],
    ["rateLimit.burst", "settings.rate_limit.burst"],
  ]) {
    it(`names ${named} where it is below the number of partitions`, async () => {
      fixture.store.answerNext("putSettings", { kind: "too_few", field, partitions: 8 });
      const error = await refusalOf(fixture.dispatcher.queues.update(QUEUE, LIMIT));
      assert.equal(error.reason, "INVALID_FIELD");
      assert.deepEqual(
        error.violations.map((violation) => violation.field),
        [named],
      );
      assert.match(error.message, /must be at least 8, the number of partitions/);
    });
  }

  it("answers a change with what it put, though the queue is deleted at once", async () => {
    await fixture.dispatcher.queues.update(QUEUE, LIMIT);
    const held = fixture.store.holdNextAnswer("putSettings");
    const rate = { tasks: 5, periodMs: 1_000, burst: 5 };
    const settings = { ...DEFAULT_QUEUE_SETTINGS, rateLimit: rate };
    const updated = fixture.dispatcher.queues.update(QUEUE, { names: ["rateLimit"], settings });
    await held.reached;
    await fixture.dispatcher.queues.remove(QUEUE, false);
    held.release();
    const view = await updated;
    assert.deepEqual([view.settings.concurrencyLimit, view.settings.rateLimit], [3, rate]);
    assert.equal(view.stats.queue, QUEUE);
    const error = await refusalOf(fixture.dispatcher.queues.get(QUEUE));
    assert.equal(error.reason, "QUEUE_NOT_FOUND");
  });

  it("says how many keys may have settings of their own", async () => {
    fixture.store.answerNext("putKey", { kind: "too_many" });
    const error = await refusalOf(fixture.dispatcher.queues.putKey(QUEUE, "k", null));
    assert.equal(error.reason, "KEYS_FULL");
    assert.deepEqual(error.metadata, { queue: QUEUE, limit: "10000" });
  });

  it("deletes part by part, and says after a while that some is left", async () => {
    for (let parts = 0; parts < 3; parts += 1) {
      fixture.store.answerNext("deleteQueue", { kind: "more" });
    }
    await fixture.submit(newTask());
    assert.deepEqual(await fixture.dispatcher.queues.remove(QUEUE, true), {
      wasThere: true,
      isPart: false,
    });
    assert.equal(fixture.store.calls("deleteQueue").length, 4);
    let answer = (_: unknown): void => {};
    fixture.store.answerNext("deleteQueue", new Promise((resolve) => (answer = resolve)));
    const removal = fixture.dispatcher.queues.remove(QUEUE, true);
    await fixture.advance(3_000);
    answer({ kind: "more" });
    assert.deepEqual(await removal, { wasThere: true, isPart: true });
  });

  it("sweeps a queue at once whose settings changed, however long nothing was due there", async () => {
    await fixture.submit(newTask());
    await fixture.advance(120_000);
    const before = fixture.sweeps.length;
    await fixture.dispatcher.queues.update(QUEUE, LIMIT);
    await fixture.advance(50);
    assert.deepEqual(
      fixture.sweeps.slice(before).map(({ queue }) => queue),
      [QUEUE],
    );
  });

  it("leaves a deleted queue alone: nobody sweeps it any more", async () => {
    await fixture.submit(...newTasks(3));
    await fixture.dispatcher.queues.remove(QUEUE, true);
    await fixture.advance(200_000);
    fixture.store.forgetCalls();
    await fixture.advance(60_000);
    assert.deepEqual(fixture.store.calls("sweep"), []);
  });

  it("lists queues with their settings, and those by name that the store does not answer for", async () => {
    const other = "away" as QueueName;
    await fixture.submit(newTask(), newTask({ queue: other }));
    await fixture.dispatcher.queues.update(QUEUE, LIMIT);
    fixture.store.downQueues.set(other, { kind: "unavailable" });
    const { queues, unanswered } = await fixture.dispatcher.queues.list("", 10);
    assert.deepEqual(
      queues.map(({ stats, settings }) => [stats.queue, settings.concurrencyLimit]),
      [[QUEUE, 3]],
    );
    assert.deepEqual(unanswered, [other]);
  });
});
