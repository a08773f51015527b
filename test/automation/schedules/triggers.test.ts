import assert from "node:assert/strict";
import { createSchedules } from "../../../server/src/automation/schedules/schedules.ts";
import type { TaskId } from "../../../server/src/domain/ids.ts";
import {
  FIRING_HISTORY,
  type ScheduleDefinition,
} from "../../../server/src/domain/schedules/schedule.ts";
import { openWorld, processOf, tasksOf, type World } from "../../support/automation.ts";
import { Life } from "../../support/processes/mortal.ts";
import { newDefinition, REPORTS } from "../../support/schedule-factory.ts";
import { newSpec } from "../../support/task-factory.ts";

describe("Triggers of schedules", () => {
  let world: World;

  beforeEach(() => {
    world = openWorld();
  });
  afterEach(async () => {
    await world?.store.close();
  });

  const define = (payload: string): ScheduleDefinition => {
    const task = newSpec({ queue: REPORTS, payload: Buffer.from(payload) });
    return newDefinition({ overlapPolicy: "ALLOW", task });
  };

  it("makes tasks of its own for a trigger that fell out of the history", async () => {
    const schedules = createSchedules(processOf(world, new Life()));
    await schedules.put(define("old"));
    const first = await schedules.trigger("report", "used");
    for (let number = 0; number < FIRING_HISTORY; number += 1) {
      await schedules.trigger("report", `other-${number}`);
    }
    await schedules.put(define("new"));
    const later = await schedules.trigger("report", "used");
    assert.equal(later.outcome, "SUBMITTED");
    const [firstId] = await schedules.taskIds("report", first);
    const [laterId] = await schedules.taskIds("report", later);
    const made = new Map(
      (await tasksOf(world.store, REPORTS)).map(({ id, spec }) => [id, String(spec.payload)]),
    );
    assert.equal(made.get(firstId as TaskId), "old");
    assert.equal(made.get(laterId as TaskId), "new");
  });
});
