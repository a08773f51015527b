import assert from "node:assert/strict";
import { TaskError } from "../../../server/src/domain/errors.ts";
import {
  DEFAULT_QUEUE_SETTINGS,
  type QueueSettings,
} from "../../../server/src/domain/flow/queue-settings.ts";
import type { SettingName } from "../../../server/src/domain/flow/settings-update.ts";
import { DEFAULTS } from "../../../server/src/domain/limits.ts";
import type { NewTask } from "../../../server/src/store/store.ts";
import { newTask, QUEUE, retryPolicy } from "../../support/task-factory.ts";
import { DispatchFixture } from "../fixture.ts";

const HOUR_MS = 3_600_000;

describe("A queue's defaults", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  const reads = () => fixture.store.calls("settings").length;

  function set(changes: Partial<QueueSettings>, dispatcher = fixture.dispatcher) {
    return dispatcher.queues.update(QUEUE, {
      names: Object.keys(changes) as SettingName[],
      settings: { ...DEFAULT_QUEUE_SETTINGS, ...changes },
    });
  }

  async function stored(task: NewTask) {
    const [id] = await fixture.submit(task);
    assert.ok(id !== undefined);
    const { spec } = await fixture.task(id);
    return { attempts: spec.retryPolicy.maxAttempts, retentionMs: spec.retentionMs };
  }

  it("are those of tasks that are submitted without, and of no others", async () => {
    const { retentionMs, retryPolicy: own } = DEFAULTS;
    await set({ retryPolicy: retryPolicy({ maxAttempts: 9 }), retentionMs: HOUR_MS });
    assert.deepEqual(await stored(newTask()), { attempts: 9, retentionMs: HOUR_MS });
    assert.deepEqual(await stored(newTask({ retentionMs: 2 * HOUR_MS })), {
      attempts: 9,
      retentionMs: 2 * HOUR_MS,
    });
    const asked = { retryPolicy: "submit", retention: "submit" } as const;
    assert.deepEqual(await stored(newTask({ origins: asked })), {
      attempts: own.maxAttempts,
      retentionMs,
    });
  });

  it("change for what is submitted from then on: here at once, elsewhere within seconds", async () => {
    const other = fixture.another();
    await fixture.submit(newTask());
    await set({ retentionMs: HOUR_MS });
    assert.equal((await stored(newTask())).retentionMs, HOUR_MS);
    await set({ retentionMs: 2 * HOUR_MS }, other);
    await fixture.advance(5_000);
    assert.equal((await stored(newTask())).retentionMs, 2 * HOUR_MS);
  });

  it("leave a repeat a repeat, also where they changed in between", async () => {
    const task = newTask({ requestId: "r" });
    await set({ retentionMs: HOUR_MS });
    await fixture.submit(task);
    await set({ retentionMs: 2 * HOUR_MS, retryPolicy: retryPolicy({ maxAttempts: 9 }) });
    assert.deepEqual(await fixture.trySubmit([task]), [{ kind: "known" }]);
    const other = newTask({ requestId: "r", retentionMs: 3 * HOUR_MS });
    assert.deepEqual(await fixture.trySubmit([other]), [
      { kind: "reused", differing: ["retention"] },
    ]);
  });

  it("are those of schedules' and events' tasks too", async () => {
    await set({ retentionMs: HOUR_MS });
    const task = newTask({ requestId: "schedule/x" });
    await new Promise<void>((resolve) => fixture.dispatcher.submitOwn([task], () => resolve()));
    assert.equal((await fixture.task(task.id)).spec.retentionMs, HOUR_MS);
  });

  it("are read once a queue and some seconds, and nobody waits for it while the queue is busy", async () => {
    await fixture.submit(newTask());
    fixture.store.forgetCalls();
    for (let at = 0; at < 50; at += 1) {
      await fixture.submit(newTask());
      await fixture.advance(100);
    }
    assert.ok(reads() >= 1 && reads() <= 3, `${reads()} reads in 5 s`);
    await fixture.advance(6_000);
    await fixture.submit(newTask());
    await fixture.advance(3_000);
    const held = fixture.store.holdNext("settings");
    const answer = fixture.trySubmit([newTask()]);
    await held.reached;
    assert.deepEqual(await answer, [{ kind: "created" }]);
    held.release();
  });

  it("refuse the submit where they cannot be read, since nothing is stored then", async () => {
    fixture.store.failNext("settings", "unknown");
    const answer = await fixture.trySubmit([newTask()]);
    const [first] = answer instanceof TaskError ? [answer] : answer;
    assert.ok(first instanceof TaskError);
    assert.equal(first.reason, "STORE_UNAVAILABLE");
    assert.deepEqual(await fixture.trySubmit([newTask()]), [{ kind: "created" }]);
  });
});
