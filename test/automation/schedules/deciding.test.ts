import assert from "node:assert/strict";
import {
  ScheduleSweeper,
  type ScheduleSweeperOptions,
} from "../../../server/src/automation/schedules/schedule-sweeper.ts";
import type { Schedule } from "../../../server/src/domain/schedules/schedule.ts";
import { silent } from "../../support/automation.ts";
import { newSchedule } from "../../support/schedule-factory.ts";

const T0 = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

describe("Schedules that are due together", () => {
  it("are decided a few at a time, so that others have their turns", async () => {
    let ofThisTurn = new Set<number>();
    let most = 0;
    let isOver = false;
    const watch = (): void => {
      ofThisTurn = new Set();
      if (!isOver) {
        setImmediate(watch);
      }
    };
    watch();
    const plain = newSchedule({}, T0);
    const due = Array.from({ length: 1_000 }, (_, at): { version: number; schedule: Schedule } => ({
      version: 1,
      schedule: {
        state: plain.state,
        get definition() {
          ofThisTurn.add(at);
          most = Math.max(most, ofThisTurn.size);
          return plain.definition;
        },
      },
    }));
    const facts = { nowMs: T0 + MINUTE, isRunning: false, finishedAtMs: null, sessions: [] };
    let written = 0;
    const options = {
      records: {
        write: async (batch: readonly { schedule: Schedule }[]) => {
          written = batch.filter(({ schedule }) => schedule.state.plan !== null).length;
          return batch.map(() => null);
        },
      },
      world: { factsOf: async (asked: readonly unknown[]) => asked.map(() => facts) },
      carrier: { carryOut: async () => {} },
      log: silent,
    } as unknown as ScheduleSweeperOptions;
    await new ScheduleSweeper(options).advance(due as never, T0 + MINUTE);
    isOver = true;
    assert.equal(written, 1_000);
    assert.ok(most <= 100, `${most} in one turn`);
  });
});
