import assert from "node:assert/strict";
import { submitSpecs } from "../../server/src/automation/submit-specs.ts";
import { DEFAULT_QUEUE_SETTINGS } from "../../server/src/domain/flow/queue-settings.ts";
import { DispatchFixture } from "../dispatch/fixture.ts";
import { newSpec, newTask, QUEUE } from "../support/task-factory.ts";

describe("Tasks of schedules and events", () => {
  let fixture: DispatchFixture;

  beforeEach(() => {
    fixture = new DispatchFixture();
  });

  afterEach(async () => {
    await fixture?.stop();
    assert.deepEqual(fixture?.log.errors ?? [], []);
  });

  it("are taken where the backlog is full, since they were promised before", async () => {
    await fixture.dispatcher.queues.update(QUEUE, {
      names: ["maxBacklog"],
      settings: { ...DEFAULT_QUEUE_SETTINGS, maxBacklog: 1 },
    });
    await fixture.submit(newTask());
    const [refused] = (await fixture.trySubmit([newTask()])) as readonly { kind: string }[];
    assert.equal(refused?.kind, "full");
    const dispatcher = { submit: fixture.dispatcher.submitOwn.bind(fixture.dispatcher) };
    const specs = [newSpec({ requestId: "schedule/s/1/0" }), newSpec({ requestId: "event/e/1" })];
    assert.deepEqual(await submitSpecs({ dispatcher, log: fixture.log }, specs), [null, null]);
    const [stats] = await fixture.dispatcher.stats([QUEUE]);
    assert.equal(stats?.counts.READY, 3);
  });
});
